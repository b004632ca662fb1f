"""Templates: sub-flows with inputs and outputs, and the steps that run them. A part of the bot document."""
