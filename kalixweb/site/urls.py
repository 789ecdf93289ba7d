"""Addresses of the whole site."""

from django.urls import path

from kalixweb.site import home, theme

urlpatterns = [
    path("", home.home, name="home"),
    path("theme/", theme.choose, name="theme"),
]
