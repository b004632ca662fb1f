"""Yandex: the weather, translation and addresses on the map, each with a key of its own."""
