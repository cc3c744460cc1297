"""Addresses of possible duplicates and samples in the API."""

from django.urls import path

from matching.api.quality import (
    DuplicateList,
    DuplicateRecord,
    DuplicateRuling,
    SampleItemList,
    SampleItemRecord,
    SampleList,
    SampleOutcome,
    SampleRecord,
)

urlpatterns = [
    path("duplicates/", DuplicateList.as_view(), name="api_duplicates"),
    path("duplicates/<int:pk>/", DuplicateRecord.as_view(), name="api_duplicate"),
    path("duplicates/<int:pk>/ruling/", DuplicateRuling.as_view(), name="api_duplicate_ruling"),
    path("samples/", SampleList.as_view(), name="api_samples"),
    path("samples/<int:pk>/", SampleRecord.as_view(), name="api_sample"),
    path("sample-items/", SampleItemList.as_view(), name="api_sample_items"),
    path("sample-items/<int:pk>/", SampleItemRecord.as_view(), name="api_sample_item"),
    path("sample-items/<int:pk>/outcome/", SampleOutcome.as_view(), name="api_sample_outcome"),
]
