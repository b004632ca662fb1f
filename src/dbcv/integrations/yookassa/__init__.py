"""YooKassa: payments in roubles by card, SBP and more, with refunds and two-step payments."""
