"""The peers: each started with its own configuration, in front of the same origin."""

from .nginx import start_nginx_file, start_nginx_ssi
from .peer import FORMS, Layout, Peer, publish_forms
from .trafficserver import start_trafficserver
from .varnish import start_varnish

__all__ = [
    "FORMS",
    "Layout",
    "Peer",
    "publish_forms",
    "start_nginx_file",
    "start_nginx_ssi",
    "start_trafficserver",
    "start_varnish",
]
