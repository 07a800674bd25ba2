using System.Net;
using System.Net.Http.Json;

namespace Weighhouse.Tests.Server.Door;

/// <summary>An administrator of one project asks every route for the things of another.</summary>
public sealed class TenantTests(SharedServer server) : IClassFixture<SharedServer>
{
    /// <summary>Stands in contents only; what is asked for by name may well be named in the refusal.</summary>
    private const string Marker = "quagga-secret";
    private const string Asked = "asked-for";
    private const string Api = "/api/2.0/mlflow/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_of_another_project_is_read_through_any_route()
    {
        var things = await FillAsync();
        await server.PostAsync("/api/v1/projects", new { name = "red" });
        using var outsider = await server.ClientAsAsync("outsider", "admin", "project:red");
        // What the outsider asks for is there: whoever may see it finds it by the same questions.
        var insider = await AskAllAsync(server.Admin, things);
        var found = insider.Where(answer => answer.Body.Contains(Marker, StringComparison.Ordinal)).Select(answer => answer.What).ToArray();
        Assert.True(found.Length >= 40, "Found only\n" + string.Join('\n', found));

        var answers = await AskAllAsync(outsider, things);

        var leaks = answers.Where(answer => answer.Body.Contains(Marker, StringComparison.Ordinal)).Select(answer => answer.What).ToArray();
        Assert.True(leaks.Length == 0, string.Join('\n', leaks));
    }

    [Fact]
    public async Task Nothing_of_another_project_is_changed_through_any_route()
    {
        var things = await FillAsync();
        await server.PostAsync("/api/v1/projects", new { name = "blue" });
        using var outsider = await server.ClientAsAsync("meddler", "admin", "project:blue");

        var allowed = new List<string>();
        foreach (var route in Routes.With(things.ValueOf).Where(route => route.Method is not ("GET" or "HEAD")))
        {
            if (IsSearch(route.Path) || ForgetsNothing(route.Path)) continue;
            if (await SendAsync(outsider, route, things) is { IsSuccessStatusCode: true } answer)
                allowed.Add($"{route} answered {(int)answer.StatusCode}");
        }

        // What anybody signed in may do: keep tokens of their own.
        Assert.True(allowed is ["POST /api/v1/tokens (SignedIn) answered 201"], string.Join('\n', allowed));
    }

    private async Task<Things> FillAsync()
    {
        var name = $"{Asked}-{Guid.CreateVersion7():N}";
        var tags = new[] { new { key = Asked, value = Marker } };
        var made = await server.PostAsync(Api + "experiments/create", new { name, tags });
        var experiment = made.GetProperty("experiment_id").GetString()!;
        var created = await server.PostAsync(Api + "runs/create", new { experiment_id = experiment, run_name = Marker });
        var run = created.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        await server.PostAsync(Api + "runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { Asked, Marker }.Select(key => new { key, value = 1.5, timestamp = 1, step = 0 }),
            @params = new[] { new { key = Asked, value = Marker } },
            tags,
        });
        var file = $"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{Asked}.txt";
        using var put = await server.Admin.PutAsync(file, new StringContent(Marker), Cancellation);
        put.EnsureSuccessStatusCode();
        var logged = await server.PostAsync(Api + "logged-models", new { experiment_id = experiment, name = Asked, tags });
        var model = logged.GetProperty("model").GetProperty("info").GetProperty("model_id").GetString()!;
        await server.PostAsync(Api + "registered-models/create", new { name, description = Marker });
        var version = new { name, source = $"models:/{model}", run_id = run, description = Marker };
        await server.PostAsync(Api + "model-versions/create", version);
        var owner = $"owner-{Guid.CreateVersion7():N}";
        await server.PostAsync("/api/v1/users", new { name = owner, role = "viewer" });
        var token = await server.PostAsync("/api/v1/tokens", new { name = "of-another", user = owner });
        return new Things(experiment, run, model, name, token.GetProperty("token").GetProperty("id").ToString());
    }

    private static async Task<List<(string What, string Body)>> AskAllAsync(HttpClient client, Things things)
    {
        var answers = new List<(string, string)>();
        foreach (var route in Routes.With(things.ValueOf).Where(route => route.Method is "GET" || IsSearch(route.Path)))
        {
            // A stream of events has no end; that it is refused is the matrix's to see.
            if (route.Path.EndsWith("/events", StringComparison.Ordinal)) continue;
            using var answer = await SendAsync(client, route, things);
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            answers.Add(($"{route} answered {(int)answer.StatusCode}", await answer.Content.ReadAsStringAsync(Cancellation)));
        }

        return answers;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Route route, Things things)
    {
        var path = route.Path.Contains("artifacts/artifacts/", StringComparison.Ordinal) ? route.Path : $"{route.Path}?{things.Query}";
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        if (route.Method is not "GET") request.Content = JsonContent.Create(things.Body);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>Asked with a body, but only asked.</summary>
    private static bool IsSearch(string path) =>
        path.EndsWith("search", StringComparison.Ordinal) || path.EndsWith("search-datasets", StringComparison.Ordinal)
        || path.EndsWith("get-latest-versions", StringComparison.Ordinal) || path.Contains("envelope", StringComparison.Ordinal)
        || path.EndsWith("sparklines", StringComparison.Ordinal)
        || (path.StartsWith("/v2/repository", StringComparison.Ordinal) && path.EndsWith("/index", StringComparison.Ordinal));

    /// <summary>Triton's clients begin by taking back shared memory; here none can be given, so there is none to take back.</summary>
    private static bool ForgetsNothing(string path) =>
        path.Contains("sharedmemory", StringComparison.Ordinal) && path.EndsWith("/unregister", StringComparison.Ordinal);

    /// <summary>What there is in the project, and how every protocol asks for it.</summary>
    private sealed record Things(string Experiment, string Run, string Model, string Registered, string Token)
    {
        public string Query =>
            $"experiment_id={Experiment}&experiment_ids={Experiment}&experiment_name={Registered}&name={Registered}&version=1"
            + $"&run_id={Run}&run_uuid={Run}&run_ids={Run}&runs={Run}&run={Run}&metric_key={Asked}&key={Asked}&keys={Asked}"
            + $"&model_id={Model}&path={Asked}.txt&artifact_file_path={Asked}.txt&max_results=100";

        public object Body => new Dictionary<string, object>
        {
            ["experiment_id"] = Experiment, ["experimentId"] = Experiment,
            ["experiment_ids"] = new[] { Experiment }, ["experimentIds"] = new[] { Experiment }, ["experiments"] = new[] { Experiment },
            ["run_id"] = Run, ["runId"] = Run, ["run_uuid"] = Run, ["runs"] = new[] { Run }, ["runIds"] = new[] { Run },
            ["model_id"] = Model, ["name"] = Registered, ["new_name"] = $"new-{Registered}", ["version"] = "1",
            ["key"] = "k", ["keys"] = new[] { Asked },
            ["value"] = "1", ["stage"] = "Production", ["alias"] = "a", ["timestamp"] = 1, ["status"] = "FINISHED", ["max_results"] = 100,
            ["path"] = $"{Asked}.txt",
        };

        public string ValueOf(string pattern, string parameter) => parameter switch
        {
            "id" when pattern.Contains("experiments", StringComparison.Ordinal) => Experiment,
            "id" when pattern.Contains("runs", StringComparison.Ordinal) => Run,
            "id" when pattern.Contains("tokens", StringComparison.Ordinal) => Token,
            "id" => "1",
            "model_id" => Model,
            "name" when pattern.Contains("api/v1/models", StringComparison.Ordinal) => Registered,
            "version" when pattern.Contains("api/v1/models", StringComparison.Ordinal) => "1",
            "upload" => Model,
            "path" => $"{Experiment}/{Run}/artifacts/{Asked}.txt",
            _ => Asked,
        };
    }
}
