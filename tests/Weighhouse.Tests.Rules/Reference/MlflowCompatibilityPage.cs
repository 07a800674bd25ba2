using System.Text;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>What of MLflow's REST API works, from the table of routes itself.</summary>
internal static class MlflowCompatibilityPage
{
    public static string Write()
    {
        var page = new StringBuilder("""
            # MLflow compatibility
            Written by `./build reference` from the table of routes. Unmodified MLflow clients of 2.x and 3.x take Weighhouse for an
            MLflow server; `tests/Weighhouse.Tests.Wire` holds a transcript for each group. Paths without a slash in front are below
            `/api/2.0/mlflow`, `/api/3.0/mlflow` and their `/ajax-api` twins; `mlflow-artifacts/…` is below `/api/2.0` and `/ajax-api/2.0`.

            Everywhere: a missing thing answers 404 and never 500, because MLflow's client tries a 500 again for four minutes; an unknown
            address below these paths answers 404 with `ENDPOINT_NOT_FOUND` in JSON; malformed JSON answers 400; page tokens belong to the
            search that gave them.

            """);
        Add(page, "Experiments", MlflowRoutes.Experiments);
        Add(page, "Runs and metrics", MlflowRoutes.Runs);
        Add(page, "Artifacts", MlflowRoutes.Artifacts);
        Add(page, "Logged models", MlflowRoutes.LoggedModels);
        Add(page, "Model registry", MlflowRoutes.Registry);
        Add(page, "Server", MlflowRoutes.Server);
        Add(page, "Not supported", MlflowRoutes.Unsupported);
        return page.ToString();
    }

    private static void Add(StringBuilder page, string title, IReadOnlyList<MlflowRoute> routes)
    {
        var works = routes != MlflowRoutes.Unsupported;
        page.Append($"\n## {title}\n| Endpoint | 2.x | 3.x | Notes |\n|---|---|---|---|\n");
        foreach (var route in routes)
        {
            var both = route.Clients is MlflowClients.Both;
            page.Append($"| `{route.Method} {PathOf(route)}` | {Mark(works, both)} | {Mark(works, true)} | {route.Note} |\n");
        }
    }

    /// <summary>"–" where the client has no such endpoint.</summary>
    private static string Mark(bool works, bool has) => !has ? "–" : works ? "yes" : "501";

    private static string PathOf(MlflowRoute route) => (route.Area switch
    {
        MlflowArea.Artifacts => "mlflow-artifacts/" + route.Path,
        _ => route.Path,
    }).Replace("/{**rest}", "…", StringComparison.Ordinal).Replace("{**", "{", StringComparison.Ordinal);
}
