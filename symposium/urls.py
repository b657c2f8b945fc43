from django.urls import path

from symposium.views import credit, editions, evaluation

app_name = "symposium"
urlpatterns = [
    path("", editions.index, name="index"),
    path("open/", editions.open_, name="open"),
    path("verify/<str:serial>/", credit.verify, name="verify"),
    path("certificates/<uuid:pk>/", credit.pdf, name="certificate"),
    path("certificates/<uuid:pk>/revoke/", credit.revoke, name="revoke"),
    path("certificates/<uuid:pk>/again/", credit.reissue, name="reissue"),
    path("<slug:slug>/", editions.edition, name="edition"),
    path("<slug:slug>/change/", editions.change, name="change"),
    path("<slug:slug>/publish/", editions.publish, name="publish"),
    path("<slug:slug>/parts/", editions.parts, name="parts"),
    path("<slug:slug>/parts/<slug:kind>/add/", editions.add_part, name="add_part"),
    path("<slug:slug>/parts/<slug:kind>/<uuid:pk>/", editions.change_part, name="part"),
    path("<slug:slug>/parts/<slug:kind>/<uuid:pk>/remove/", editions.remove_part, name="remove_part"),
    path("<slug:slug>/certificates/", credit.mine, name="my_certificates"),
    path("<slug:slug>/evaluate/", evaluation.evaluate, name="evaluate"),
    path("<slug:slug>/evaluate/<uuid:pk>/", evaluation.evaluate, name="evaluate_session"),
    path("<slug:slug>/evaluations/", evaluation.results, name="evaluations"),
    path("<slug:slug>/evaluations/export/", evaluation.export, name="export_evaluations"),
    path("<slug:slug>/evaluations/questions/", evaluation.questionnaire, name="questionnaire"),
    path("<slug:slug>/credit/", credit.credit, name="credit"),
    path("<slug:slug>/credit/terms/", credit.terms, name="terms"),
    path("<slug:slug>/credit/issue/", credit.issue, name="issue"),
    path("<slug:slug>/credit/run/", credit.run, name="run"),
    path("<slug:slug>/credit/people/", credit.people, name="credit_people"),
    path("<slug:slug>/credit/people/export/", credit.export_people, name="export_people"),
    path("<slug:slug>/credit/rules/add/", credit.add_rule, name="add_rule"),
    path("<slug:slug>/credit/rules/<uuid:pk>/", credit.change_rule, name="credit_rule"),
    path("<slug:slug>/credit/rules/<uuid:pk>/remove/", credit.remove_rule, name="remove_rule"),
]
