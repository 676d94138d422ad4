"""What a report is made of: tables, figures, and the parts that hold them."""
