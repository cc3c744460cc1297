from django.urls import path

from matching.api.people import CompetenceList, EducationFieldList, PeopleList, PersonChange, PersonRecord

urlpatterns = [
    path("highly-educated/", PeopleList.as_view(), name="api_highly_educated"),
    path("highly-educated/<int:pk>/", PersonRecord.as_view(), name="api_highly_educated_person"),
    path("highly-educated/<int:pk>/change/", PersonChange.as_view(), name="api_highly_educated_change"),
    path("education-fields/", EducationFieldList.as_view(), name="api_education_fields"),
    path("competences/", CompetenceList.as_view(), name="api_competences"),
]
