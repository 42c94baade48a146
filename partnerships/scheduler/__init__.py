"""What is due: prompts as pure functions of a partnership's file, the settings and a day (L7).

`due` gives what is to be made by a day, `escalations` what nobody answered, `upcoming` what will come, and
`next_due_on` the day before which nothing need be looked at.
"""
