"""The proxies that the environment names (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`)."""

import urllib.request

import httpcore
import httpx


class Proxies:
    """Read once, at the start; an invalid address raises an error then."""

    def __init__(self) -> None:
        named = urllib.request.getproxies()
        addresses = {scheme: named.get(scheme) or named.get("all") for scheme in ("http", "https")}
        self._proxies = {scheme: _proxy(address) for scheme, address in addresses.items() if address}

    def proxy_for(self, url: httpx.URL) -> httpcore.Proxy | None:
        """Return the proxy to ask; None if we connect ourselves."""
        proxy = self._proxies.get(url.scheme)
        if proxy and not urllib.request.proxy_bypass(url.raw_host.decode("ascii")):
            return proxy
        return None


def _proxy(address: str) -> httpcore.Proxy:
    proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    url = httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target="/")
    return httpcore.Proxy(url, auth=proxy.raw_auth)
