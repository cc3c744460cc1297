"""The address of what waits on a person."""

from django.urls import path

from portal.identity.day_views import MyDay

urlpatterns = [path("min-dag/", MyDay.as_view(), name="my_day")]
