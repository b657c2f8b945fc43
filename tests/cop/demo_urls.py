"""The addresses as the demonstration has them."""

from cop.demo import urlpatterns as demonstration
from cop.urls import urlpatterns as all_modes

urlpatterns = [*all_modes, *demonstration]
