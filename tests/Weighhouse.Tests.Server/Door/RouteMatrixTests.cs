using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server.Door;

/// <summary>Every route of the running server against everybody who could ask.</summary>
public sealed class RouteMatrixTests(SharedServer server) : IClassFixture<SharedServer>
{
    private const int ConcurrentMax = 8;

    /// <summary>A duck, a space, quotes, a statement's end and a comment.</summary>
    private const string Odd = "%F0%9F%A6%86%20%22%27%3B--";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_credentials_every_route_answers_401_but_those_for_anyone()
    {
        using var nobody = server.Client();

        var answers = await AskAsync(nobody, Routes.All);

        Assert.True(answers.Count > 200, $"only {answers.Count} routes");
        AssertNone(answers.Where(IsWrongForNobody));
        AssertNone(answers.Where(answer => answer.Status is HttpStatusCode.Unauthorized && !answer.IsWorded));
    }

    [Fact]
    public async Task With_wrong_credentials_it_is_the_same()
    {
        using var stranger = server.Client(new("Bearer", SharedServer.UnknownToken));

        var answers = await AskAsync(stranger, Routes.All);

        AssertNone(answers.Where(IsWrongForNobody));
    }

    [Theory]
    [InlineData(Role.None)]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Contributor)]
    [InlineData(Role.Approver)]
    [InlineData(Role.Deployer)]
    [InlineData(Role.Admin)]
    public async Task A_role_gets_past_the_door_where_its_permissions_reach_and_403_elsewhere(Role role)
    {
        using var client = await server.ClientAsAsync($"matrix-{role}", role.ToString());

        var answers = await AskAsync(client, Routes.All);

        AssertNone(answers.Where(answer => !role.Allows(answer.Route.Permission) && answer.Status is not HttpStatusCode.Forbidden));
        AssertNone(answers.Where(answer => role.Allows(answer.Route.Permission)
            && answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
            && !IsAskedAgain(answer.Route, role)));
        AssertNone(answers.Where(answer => answer.Status is HttpStatusCode.Forbidden && !answer.IsWorded));
    }

    [Fact]
    public async Task No_route_answers_500_to_nonsense()
    {
        using var client = await server.ClientAsAsync("nonsense", "admin");

        var routes = Routes.With((pattern, _) => pattern.Contains("tokens", StringComparison.Ordinal) ? "-1" : Odd);
        var answers = await AskAsync(client, routes);

        AssertNone(answers.Where(answer => answer.Status is HttpStatusCode.InternalServerError));
    }

    private static bool IsWrongForNobody(Answer answer) =>
        (answer.Status is HttpStatusCode.Unauthorized) == (answer.Route.Permission is Permission.Anyone);

    /// <summary>Signed in is enough at the door; the operation then asks whose token or whose password it is.</summary>
    private static bool IsAskedAgain(Route route, Role role) =>
        route.Permission is Permission.SignedIn && role is not Role.Admin
        && route.Path.StartsWith("/api/v1/users/", StringComparison.Ordinal);

    private static async Task<IReadOnlyCollection<Answer>> AskAsync(HttpClient client, IReadOnlyList<Route> routes)
    {
        var answers = new ConcurrentBag<Answer>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentMax, CancellationToken = Cancellation };
        await Parallel.ForEachAsync(routes, options, async (route, cancellation) =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path);
            if (route.Method is not ("GET" or "HEAD")) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            // A stream of events has no end; its head says enough.
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var isRefused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && route.Method is not "HEAD";
            answers.Add(new Answer(route, answer.StatusCode, !isRefused || await IsWordedAsync(answer.Content, cancellation)));
        });
        return answers;
    }

    private static void AssertNone(IEnumerable<Answer> wrong)
    {
        var list = wrong.Select(answer => $"{answer.Route} answered {(int)answer.Status}").ToArray();
        Assert.True(list.Length == 0, string.Join('\n', list));
    }

    /// <summary>A refusal is a page to people, and to programs what their protocol has: JSON, or for DVC a line of text.</summary>
    private static async Task<bool> IsWordedAsync(HttpContent content, CancellationToken cancellation)
    {
        var body = await content.ReadAsStringAsync(cancellation);
        if (content.Headers.ContentType?.MediaType is "text/html") return body.TrimEnd().EndsWith("</html>", StringComparison.Ordinal);
        if (content.Headers.ContentType?.MediaType is "text/plain") return body.Length > 0;
        try
        {
            var json = JsonDocument.Parse(body).RootElement;
            // Native, MLflow, Git LFS, hubs of models.
            return new[] { "code", "error_code", "message", "error" }.Any(member => json.TryGetProperty(member, out _));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed record Answer(Route Route, HttpStatusCode Status, bool IsWorded);
}
