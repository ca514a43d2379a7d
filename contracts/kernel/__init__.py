"""What a law, an exchange, a conversation and a finding are."""
