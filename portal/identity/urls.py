"""Addresses of signing in and of a person's own account."""

from django.urls import path

from portal.identity.signin import account, views

urlpatterns = [
    path("log-ind/", views.SignIn.as_view(), name="sign_in"),
    path("log-ind/kode/", views.SecondStep.as_view(), name="second_step"),
    path("log-ind/genoprettelseskode/", views.RecoveryStep.as_view(), name="recovery_step"),
    path("log-ind/igen/", views.SignedInAgain.as_view(), name="signed_in_again"),
    path("log-ind/status/", views.SessionState.as_view(), name="session_state"),
    path("log-ind/bliv/", views.SessionStay.as_view(), name="session_stay"),
    path("log-af/", views.SignOff.as_view(), name="sign_off"),
    path("logget-af/", views.SignedOff.as_view(), name="signed_off"),
    path("glemt-adgangskode/", views.Forgotten.as_view(), name="forgotten_password"),
    path("glemt-adgangskode/sendt/", views.LinkSent.as_view(), name="link_sent"),
    path("ny-adgangskode/", views.NewPassword.as_view(), name="new_password"),
    path("ny-adgangskode/<slug:user>/<slug:token>/", views.OpenLink.as_view(), name="set_password"),
    path("min-konto/", account.Account.as_view(), name="account"),
    path("min-konto/adgangskode/", account.ChangePassword.as_view(), name="change_password"),
    path("min-konto/app/", account.SetUpApp.as_view(), name="second_factor"),
    path("min-konto/genoprettelseskoder/", account.RecoveryCodes.as_view(), name="recovery_codes"),
    path("min-konto/log-af-andre/", account.EndOthers.as_view(), name="end_others"),
]
