"""A small world of things that anyone can name: clips of them with their sound, without end, from a seed.

`clips.World` renders; `catalogue.THINGS` lists what there is; `python -m avlink.world.contact_sheet` shows all of it.
"""
