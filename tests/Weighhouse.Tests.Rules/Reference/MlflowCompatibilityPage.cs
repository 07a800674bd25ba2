using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Routing;
using Weighhouse.Wire.Mlflow.Users;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>What of MLflow's REST API works, from the table of routes itself.</summary>
internal static class MlflowCompatibilityPage
{
    /// <summary>Counted by hand: MLflow's own tests need its sources and a Python that has what they import.</summary>
    private const string UpstreamTests = """

        ## MLflow's own tests
        The REST tests in MLflow's repository, unmodified, each with a fresh server: against Weighhouse, and against MLflow's own server of
        the same version to tell what the tests themselves cannot do in that place. No other test fails.

        | Tests of | MLflow | Tests | Pass | Skipped | Fail at MLflow's server too | Answer 501 |
        |---|---|---|---|---|---|---|
        | `tracking/test_rest_tracking.py` | 2.17.3 | 64 | 43 | 0 | 5 | 16 |
        | | 3.3.2 | 84 | 58 | 2 | 4 | 20 |
        | `tracking/test_model_registry.py` | 2.17.3 | 48 | 48 | 0 | 0 | 0 |
        | | 3.3.2 | 48 | 48 | 0 | 0 | 0 |
        | `tracking/test_mlflow_artifacts.py` | 2.17.3 | 16 | 16 | 0 | 0 | 0 |
        | | 3.3.2 | 17 | 17 | 0 | 0 | 0 |
        | `tracking/test_client_webhooks.py` | 3.3.2 | 12 | 0 | 0 | 0 | 12 |

        - **Fail at MLflow's server too:** they expect artifacts in local directories of the tests' own machine (`file:` roots, a relative
          artifact location), where both servers keep them themselves.
        - **Answer 501:** traces and assessments, scorers, webhooks, GraphQL, the gateway and prompt labs.
        - `server/auth/test_client.py` passes for both versions, with the experiments and models created that it names at random:
          permissions here are for objects that exist.

        """;

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
        Add(page, "Users and permissions", MlflowRoutes.Users);
        AddPermissions(page);
        Add(page, "Server", MlflowRoutes.Server);
        Add(page, "Not supported", MlflowRoutes.Unsupported);
        page.Append(UpstreamTests);
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

    /// <summary>What MLflow's words grant, and which of our roles are told in which word.</summary>
    private static void AddPermissions(StringBuilder page)
    {
        page.Append("""

            The endpoints of MLflow's basic-auth app, over [our users and roles](../concepts/permissions.md). A permission is a role on that
            one experiment or model, and whoever has MANAGE on it may give it to others. A token may stand in a password's place.

            | MLflow's word | gives the role | is told of |
            |---|---|---|

            """);
        foreach (var (word, role) in PermissionWords.All)
        {
            var told = Enum.GetValues<Role>().Where(one => one is not Role.None && PermissionWords.Of(one) == word).Select(RoleName);
            var gives = role is Role.None ? "none: takes the role away" : RoleName(role);
            page.Append($"| `{word}` | {gives} | {(role is Role.None ? "nobody: answers 404" : string.Join(", ", told))} |\n");
        }

        page.Append("""
            | `is_admin` | admin on `*` | admin on `*` |

            Where that differs from MLflow:
            - Rights only add up. `NO_PERMISSIONS` for a user whose wider role reaches the object answers 400 and names that role.
            - A new user is a viewer of the project `default`, as MLflow's `default_permission = READ`. To create experiments and models
              takes `weigh users grant NAME contributor project:default`; who creates one gets no role on it besides.
            - A contributor (`EDIT`) may also delete what can be restored, as everywhere in Weighhouse.
            - A permission is for an experiment or model that is there: another answers 404.

            """);
    }

    private static string RoleName(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>"–" where the client has no such endpoint.</summary>
    private static string Mark(bool works, bool has) => !has ? "–" : works ? "yes" : "501";

    private static string PathOf(MlflowRoute route) => (route.Area switch
    {
        MlflowArea.Artifacts => "mlflow-artifacts/" + route.Path,
        _ => route.Path,
    }).Replace("/{**rest}", "…", StringComparison.Ordinal).Replace("{**", "{", StringComparison.Ordinal);
}
