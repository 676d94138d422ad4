"""From the files of a run to a report; nothing here starts or imports anything that ran.

load → measurements → comparison → tables, figures, answer, warnings → document → html | pdf
"""
