"""What surrounds the API's endpoints: errors as problem+json, limits and headers, health, the built pages.

Called by entrypoints/api.py; knows no domain.
"""
