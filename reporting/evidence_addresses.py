"""The addresses of series, observations and published statistics."""

from django.urls import URLPattern, URLResolver, path

from reporting.views.absences import SayAbsent, TakeBack
from reporting.views.protected import SeriesNumbers
from reporting.views.series import ObservationPage, SeriesList, SeriesPage
from reporting.views.series_entry import Confirm, Correct, MakeSeries, Register, Withdraw
from reporting.views.series_upload import UploadPage, UploadPreview
from reporting.views.statistics import ImportPage, ImportPreview, StatisticsPage

pages: list[URLPattern | URLResolver] = [
    path("serier/", SeriesList.as_view(), name="series_list"),
    path("serier/opret/", MakeSeries.as_view(), name="series_make"),
    path("serier/<slug:key>/", SeriesPage.as_view(), name="series"),
    path("serier/<slug:key>/tal/", SeriesNumbers.as_view(), name="series_numbers"),
    path("serier/<slug:key>/registrer/", Register.as_view(), name="observation_register"),
    path("serier/<slug:key>/mangler/", SayAbsent.as_view(), name="absence_say"),
    path("serier/<slug:key>/mangler/<int:place>/traek-tilbage/", TakeBack.as_view(), name="absence_take_back"),
    path("serier/<slug:key>/indlaes/", UploadPage.as_view(), name="upload"),
    path("serier/<slug:key>/indlaes/<int:pk>/", UploadPreview.as_view(), name="upload_preview"),
    path("serier/<slug:key>/<int:pk>/", ObservationPage.as_view(), name="observation"),
    path("serier/<slug:key>/<int:pk>/ret/", Correct.as_view(), name="observation_correct"),
    path("serier/<slug:key>/<int:pk>/traek-tilbage/", Withdraw.as_view(), name="observation_withdraw"),
    path("serier/<slug:key>/<int:pk>/bekraeft/", Confirm.as_view(), name="observation_confirm"),
    path("statistik/", StatisticsPage.as_view(), name="statistics"),
    path("statistik/indlaes/", ImportPage.as_view(), name="statistics_import"),
    path("statistik/indlaes/<int:pk>/", ImportPreview.as_view(), name="statistics_preview"),
]
