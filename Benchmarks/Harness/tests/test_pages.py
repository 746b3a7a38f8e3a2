"""Tests of pages and of the configurations made for them."""

import unittest

from harness import Page, Part, Site
from harness.gateway import merged


class PartTests(unittest.TestCase):
    def test_the_path_has_the_parameters_in_order(self) -> None:
        part = Part("card", size=100, n=3, ttl=60, delay=20, personal=True)
        self.assertEqual(
            part.path(), "/internal/fragments/card?delay=20&n=3&personal=1&size=100&ttl=60"
        )

    def test_what_is_left_out_is_left_out(self) -> None:
        self.assertEqual(Part("card").path(), "/internal/fragments/card?n=0&size=2048")

    def test_the_use_names_the_same_parameters(self) -> None:
        part = Part("card", size=100, n=3, ttl=60, options="timeout 3s")
        self.assertEqual(
            part.use("app"), '{% fragment "app/card" with n=3, size=100, ttl=60 timeout 3s %}'
        )


class PageTests(unittest.TestCase):
    def test_every_form_has_the_same_text_around_its_parts(self) -> None:
        page = Page("two", (Part("a"), Part("b")), head="<", before="[", after="]", tail=">")
        self.assertEqual(page.render(lambda part: part.kind), "<[a][b]>")

    def test_a_plain_page_is_its_part_alone(self) -> None:
        self.assertEqual(Page.plain("one", Part("a")).render(lambda part: part.kind), "a")


class SiteTests(unittest.TestCase):
    def test_personal_parts_vary_by_user(self) -> None:
        site = Site(
            "http://127.0.0.1:1", {"/": Page("p", (Part("own", personal=True), Part("all")))}
        )
        yaml = site.gateway_yaml(8080, 9901, 1, None)
        self.assertEqual(yaml["fragments"], {"app/own": {"vary": ["user"]}})
        self.assertEqual(yaml["redis"], "off")

    def test_configuration_is_merged_map_by_map(self) -> None:
        base = {"listen": {"http": "a", "threads": 1}, "redis": "off"}
        added = {"listen": {"threads": 2}, "redis": {"url": "r"}, "memory": {"fragments": "1GB"}}
        self.assertEqual(
            merged(base, added),
            {
                "listen": {"http": "a", "threads": 2},
                "redis": {"url": "r"},
                "memory": {"fragments": "1GB"},
            },
        )


if __name__ == "__main__":
    unittest.main()
