"""The addresses of the matches of one event, and of the lists that are edited."""

from django.urls import path

from matching.views import event_table, kept_lists

pages = [
    path("match/fra-arrangement/", event_table.EventMatches.as_view(), name="event_new"),
    path("match/<int:pk>/fra-arrangement/", event_table.EventReceipt.as_view(), name="event_receipt"),
    path("lister/", kept_lists.KeptLists.as_view(), name="kept_lists"),
    path("lister/<slug:kind>/", kept_lists.KeptListPage.as_view(), name="kept_list"),
    path("lister/<slug:kind>/ny/", kept_lists.NewRow.as_view(), name="kept_row_new"),
    path("lister/<slug:kind>/raekke/<slug:code>/", kept_lists.ChangeRow.as_view(), name="kept_row"),
    path("lister/<slug:kind>/raekke/<slug:code>/flyt/", kept_lists.MoveRow.as_view(), name="kept_row_move"),
]
