from django.urls import path

from portal.identity.token_views import NewToken, RevokeToken, Tokens

urlpatterns = [
    path("api-noegler/", Tokens.as_view(), name="tokens"),
    path("api-noegler/ny/", NewToken.as_view(), name="token_new"),
    path("api-noegler/<int:pk>/tilbagekald/", RevokeToken.as_view(), name="token_revoke"),
]
