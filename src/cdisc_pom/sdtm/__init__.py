"""What is SDTM only: findings, supplemental qualifiers, subject elements."""
