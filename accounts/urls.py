from django.urls import path

from accounts.views import account, passwords, recovery_codes, second_factor, session, session_time

urlpatterns = [
    # The names are allauth's own, because it reverses them itself. Sign-up has none: nobody signs up.
    path("log-ind/", session.log_in, name="account_login"),
    path("log-ind/totrin/", session.second_step, name="mfa_authenticate"),
    path("log-ind/adgangsnoegle/", session.log_in_with_passkey, name="mfa_login_webauthn"),
    path("log-af/", session.log_out, name="account_logout"),
    path("admin/login/", session.admin_log_in, name="admin-log-in"),
    path("glemt-adgangskode/", passwords.forgotten, name="account_reset_password"),
    path("glemt-adgangskode/sendt/", passwords.link_sent, name="account_reset_password_done"),
    path("glemt-adgangskode/ny/<str:uidb36>/<str:key>/", passwords.choose, name="account_reset_password_from_key"),
    path("glemt-adgangskode/valgt/", passwords.chosen, name="account_reset_password_from_key_done"),
    path("bekraeft/", second_factor.confirm, name="account_reauthenticate"),
    path("bekraeft/kode/", second_factor.confirm_with_code, name="mfa_reauthenticate"),
    path("bekraeft/adgangsnoegle/", second_factor.confirm_with_passkey, name="mfa_reauthenticate_webauthn"),
    path("konto/", account.account, name="account"),
    path("konto/adgangskode/", passwords.change, name="account_change_password"),
    path("konto/sessioner/", account.sessions, name="usersessions_list"),
    path("konto/totrin/", second_factor.overview, name="mfa_index"),
    path("konto/totrin/app/", second_factor.app, name="mfa_activate_totp"),
    path("konto/totrin/app/fjern/", second_factor.app_remove, name="mfa_deactivate_totp"),
    path("konto/totrin/adgangsnoegler/", second_factor.passkeys, name="mfa_list_webauthn"),
    path("konto/totrin/adgangsnoegler/tilfoej/", second_factor.passkey_add, name="mfa_add_webauthn"),
    path("konto/totrin/adgangsnoegler/<int:pk>/navn/", second_factor.passkey_name, name="mfa_edit_webauthn"),
    path("konto/totrin/adgangsnoegler/<int:pk>/fjern/", second_factor.passkey_remove, name="mfa_remove_webauthn"),
    path("konto/totrin/koder/", recovery_codes.show, name="mfa_view_recovery_codes"),
    path("konto/totrin/koder/hent/", recovery_codes.download, name="mfa_download_recovery_codes"),
    path("konto/totrin/koder/gemt/", recovery_codes.kept, name="recovery-codes-kept"),
    path("konto/totrin/koder/nye/", recovery_codes.make, name="mfa_generate_recovery_codes"),
    path("session/", session_time.left, name="session-left"),
    path("session/forlaeng/", session_time.extend, name="session-extend"),
]
