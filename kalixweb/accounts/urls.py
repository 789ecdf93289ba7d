"""Signing in and one's own account. Of allauth's pages only these exist; the rest are 404."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from kalixweb.accounts.views import single_sign_on
from kalixweb.accounts.views.sessions import session_list
from kalixweb.accounts.views.wrapping import in_unit_of_work, second_factor, unprocessable

urlpatterns = [
    path(
        "account/login/",
        single_sign_on.offered(unprocessable(account.login)),
        name="account_login",
    ),
    path("account/single-sign-on/", single_sign_on.manage, name="single_sign_on"),
    path(
        "account/single-sign-on/<slug:provider_id>/",
        single_sign_on.begin,
        name="openid_connect_login",
    ),
    path(
        "account/single-sign-on/<slug:provider_id>/callback/",
        single_sign_on.callback,
        name="openid_connect_callback",
    ),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path(
        "account/reauthenticate/",
        unprocessable(account.reauthenticate),
        name="account_reauthenticate",
    ),
    path(
        "account/password/",
        in_unit_of_work(unprocessable(account.password_change)),
        name="account_change_password",
    ),
    path("account/sessions/", session_list, name="usersessions_list"),
    path("account/second-factor/", mfa.index, name="mfa_index"),
    path("account/second-factor/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path(
        "account/second-factor/prove/",
        unprocessable(mfa.reauthenticate),
        name="mfa_reauthenticate",
    ),
    path(
        "account/second-factor/app/",
        second_factor(unprocessable(totp.activate_totp), enrols=True),
        name="mfa_activate_totp",
    ),
    path(
        "account/second-factor/app/remove/",
        second_factor(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-factor/codes/",
        second_factor(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-factor/codes/new/",
        second_factor(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/codes/file/",
        second_factor(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
