"""Addresses of joint experiments and of catalogues of measures."""

from django.urls import URLPattern, path

from programmes.views import catalogue, catalogue_edit, experiment_edit, experiments

pages: list[URLPattern] = [
    path("forsoeg/", experiments.Register.as_view(), name="experiments"),
    path("forsoeg/ordning/opret/", experiment_edit.MakeScheme.as_view(), name="scheme_new"),
    path("forsoeg/ordning/<int:pk>/", experiments.SchemePage.as_view(), name="scheme"),
    path("forsoeg/ordning/<int:pk>/ret/", experiment_edit.ChangeScheme.as_view(), name="scheme_change"),
    path("forsoeg/ordning/<int:pk>/fjern/", experiment_edit.RemoveScheme.as_view(), name="scheme_remove"),
    path("forsoeg/ordning/<int:pk>/opret/", experiment_edit.MakeExperiment.as_view(), name="experiment_new"),
    path("forsoeg/ordning/<int:pk>/breve/opret/", experiment_edit.MakeLetter.as_view(), name="letter_new"),
    path("forsoeg/breve/<int:pk>/ret/", experiment_edit.ChangeLetter.as_view(), name="letter_change"),
    path("forsoeg/breve/<int:pk>/fjern/", experiment_edit.RemoveLetter.as_view(), name="letter_remove"),
    path("forsoeg/<int:pk>/", experiments.ExperimentPage.as_view(), name="experiment"),
    path("forsoeg/<int:pk>/ret/", experiment_edit.ChangeExperiment.as_view(), name="experiment_change"),
    path("forsoeg/<int:pk>/fjern/", experiment_edit.RemoveExperiment.as_view(), name="experiment_remove"),
    path("forsoeg/<int:pk>/effekter/opret/", experiment_edit.MakeEffect.as_view(), name="effect_new"),
    path("forsoeg/effekter/<int:pk>/ret/", experiment_edit.ChangeEffect.as_view(), name="effect_change"),
    path("forsoeg/effekter/<int:pk>/fjern/", experiment_edit.RemoveEffect.as_view(), name="effect_remove"),
    path("tiltag/", catalogue.MeasureList.as_view(), name="measures"),
    path("tiltag/<int:pk>/", catalogue.MeasurePage.as_view(), name="measure"),
    path("tiltag/<int:pk>/ret/", catalogue_edit.ChangeMeasure.as_view(), name="measure_change"),
    path("tiltag/<int:pk>/fjern/", catalogue_edit.RemoveMeasure.as_view(), name="measure_remove"),
    path("tiltag/kataloger/opret/", catalogue_edit.MakeCatalogue.as_view(), name="catalogue_new"),
    path("tiltag/kataloger/<int:pk>/", catalogue.CataloguePage.as_view(), name="catalogue"),
    path("tiltag/kataloger/<int:pk>/ret/", catalogue_edit.ChangeCatalogue.as_view(), name="catalogue_change"),
    path("tiltag/kataloger/<int:pk>/fjern/", catalogue_edit.RemoveCatalogue.as_view(), name="catalogue_remove"),
    path("tiltag/kataloger/<int:pk>/indlaes/", catalogue_edit.ReadCatalogue.as_view(), name="catalogue_read"),
    path("tiltag/kataloger/<int:pk>/opret/", catalogue_edit.MakeMeasure.as_view(), name="measure_new"),
]
