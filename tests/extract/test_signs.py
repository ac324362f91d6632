"""Signs of a shop: each is seen however its name is spelled, and none is made of names that only stand side by side."""

from __future__ import annotations

import pytest

from mirrorwire.extract.page import Page, parse_page
from mirrorwire.extract.signs import MANY_GOODS, goods, is_shelf
from mirrorwire.extract.structured import Structured


def page(body: str) -> Page:
    """Return a page with this body."""
    text = f"<html><head><title>Lamps</title></head><body>{body}</body></html>"
    return parse_page(text.encode(), url="https://shop.example/lamp", content_type=None)


@pytest.mark.parametrize("named", ['class="btn Add-To_Cart"', 'id="addToBasket"', 'name="add to bag"'])
def test_a_button_for_the_cart_is_seen_in_each_spelling(named: str) -> None:
    assert goods(page(f"<p>A lamp</p><button {named}>Buy</button>"), Structured()) == "cart"


@pytest.mark.parametrize(
    "body", ['<b class="add" id="to-cart">A</b>', "<p>Add to cart</p>", '<b title="add-to-cart">A</b>']
)
def test_what_only_reads_like_a_cart_is_none(body: str) -> None:
    assert goods(page(body), Structured()) is None


def test_an_item_of_a_product_is_goods() -> None:
    assert goods(page('<div itemscope itemtype="https://schema.org/Product">A lamp</div>'), Structured()) == "product"
    assert goods(page("<p>The Product, says schema.org</p>"), Structured()) is None


def test_a_shelf_has_many_elements_that_name_prices() -> None:
    assert is_shelf(page('<b class="Price">3</b>' * MANY_GOODS))
    assert not is_shelf(page('<b class="price">3</b>' * (MANY_GOODS - 1)))
    assert not is_shelf(page("<p>The price, the product and the cart.</p>" * MANY_GOODS))
