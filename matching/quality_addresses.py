"""Addresses of possible duplicates, samples and a programme's quality figures."""

from django.urls import path

from matching.views import duplicates, quality, samples

pages = [
    path("match/dubletter/", duplicates.DuplicateList.as_view(), name="duplicates"),
    path("match/dubletter/<int:pk>/", duplicates.Duplicate.as_view(), name="duplicate"),
    path("match/stikproever/", samples.SampleList.as_view(), name="samples"),
    path("match/stikproever/ny/", samples.DrawSample.as_view(), name="sample_new"),
    path("match/stikproever/<int:pk>/", samples.SamplePage.as_view(), name="sample"),
    path("match/stikproever/kontrol/<int:pk>/", samples.CheckItem.as_view(), name="sample_check"),
    path("match/stikproever/kontrol/<int:pk>/annuller/", samples.UndoItem.as_view(), name="sample_undo"),
    path("programmer/<slug:slug>/kvalitet/", quality.QualityPage.as_view(), name="quality"),
]
