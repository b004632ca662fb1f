"""One folder a vendor; each uses integration_kit only and never another vendor."""
