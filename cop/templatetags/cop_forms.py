"""What sort of control a field is, so that one template can lay out every form."""

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()


@register.filter
def kind(field: BoundField) -> str:
    """ "checkbox", "choices" (several boxes or dots) or "control"."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "control"
