using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Browser;

/// <summary>
/// Pages of repositories, the catalogue and the store for those who may not change, may not view, or may do nothing at all: a refusal is
/// a page, what they may not know is not there, and no page offers what would be refused.
/// </summary>
public class PermissionTests(BrowserServer server)
{
    private const string Password = "correct horse battery";

    private static readonly string[] RepositoryPages =
    [
        "/repositories/{name}", "/repositories/{name}?at=v1", "/repositories/{name}/files/a", "/repositories/{name}/files/a/t.csv",
        "/repositories/{name}/commits", "/repositories/{name}/refs", "/repositories/{name}/refs?kind=tags",
        "/repositories/{name}/reflog?ref=heads%2Fmain", "/repositories/{name}/compare", "/repositories/{name}/compare/v1...main",
        "/repositories/{name}/merge?into=main&from=v1",
    ];

    private static readonly string[] ListPages = ["/repositories", "/repositories?view=deleted", "/catalogue", "/catalogue?search=rows"];

    [Fact]
    public async Task Pages_keep_to_what_their_reader_may()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["WEIGH_ADMIN_PASSWORD"] = Password };
        await using var guarded = await WeighProcess.StartAsync(folder["data"], environment, "--auth", "required");
        await FillAsync(guarded, folder["work"]);

        await using (var viewer = await SignInAsync(guarded, "viewer"))
        {
            foreach (var page in RepositoryPages) await ReadOnlyAsync(viewer, page.Replace("{name}", "secret"));
            foreach (var page in ListPages) await ReadOnlyAsync(viewer, page);
            await viewer.GoAsync("/catalogue");
            await viewer.Expect("tbody th").ToHaveTextAsync("secret/a");
            await RefusedAsync(viewer, "/store", 403);
            await viewer.Expect(".tabs a[href='/store']").ToHaveCountAsync(0);
        }

        await using (var stranger = await SignInAsync(guarded, "stranger"))
        {
            foreach (var page in RepositoryPages)
            {
                await RefusedAsync(stranger, page.Replace("{name}", "secret"), 404);
                var told = await stranger["main"].InnerTextAsync();
                await RefusedAsync(stranger, page.Replace("{name}", "absent"), 404);
                Assert.Equal(Bare(told, "secret"), Bare(await stranger["main"].InnerTextAsync(), "absent"));
            }

            foreach (var page in ListPages)
            {
                Assert.Equal(200, await stranger.GoAsync(page));
                await stranger.Expect("tbody tr").ToHaveCountAsync(0);
                Assert.DoesNotContain("secret", await stranger.Page.ContentAsync(), StringComparison.Ordinal);
            }

            await RefusedAsync(stranger, "/store", 403);
        }

        await using var nobody = await SignInAsync(guarded, "nobody");
        foreach (var page in RepositoryPages.Concat(ListPages).Append("/store"))
            await RefusedAsync(nobody, page.Replace("{name}", "secret"), 403);
    }

    /// <summary>The page shows, and offers nothing that its reader may not do: no form that writes but the shell's own.</summary>
    private static async Task ReadOnlyAsync(Visit visit, string page)
    {
        Assert.True(await visit.GoAsync(page) == 200, page);
        var forms = await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('form[method=post]')].map(form => form.getAttribute('action'))");
        Assert.True(forms.All(form => form is "/preferences" or "/sign-out"), $"{page}: {string.Join(", ", forms)}");
        var dead = await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('[commandfor]')].filter(e => !document.getElementById(e.getAttribute('commandfor')))"
            + ".map(e => e.textContent.trim())");
        Assert.True(dead.Length == 0, $"{page}: {string.Join(", ", dead)}");
    }

    private static async Task RefusedAsync(Visit visit, string page, int status)
    {
        Assert.Equal((page, status), (page, await visit.GoAsync(page)));
        await visit.Expect("h1").ToHaveTextAsync(status is 404 ? "Not found" : "No permission");
        Assert.DoesNotContain("rows of it", await visit.Page.ContentAsync(), StringComparison.Ordinal);
    }

    /// <summary>Without the name asked for and the request's id.</summary>
    private static string Bare(string text, string name) =>
        text.Replace(name, "NAME", StringComparison.Ordinal)[..Math.Min(80, text.Length)];

    private async Task<Visit> SignInAsync(WeighProcess guarded, string user)
    {
        var visit = await server.VisitAsync(new Look(Origin: guarded.Url));
        visit.Expected.Add("status of 401");
        visit.Expected.Add("status of 403");
        visit.Expected.Add("status of 404");
        await visit.GoAsync("/sign-in");
        await visit["#name"].FillAsync(user);
        await visit["#password"].FillAsync(Password);
        await visit["form button:has-text('Sign in')"].ClickAsync();
        await visit.Expect(".nav-user").ToContainTextAsync(user);
        return visit;
    }

    /// <summary>A repository with two commits, a tag and an entry of the catalogue; three users of whom one may view it.</summary>
    private static async Task FillAsync(WeighProcess guarded, string work)
    {
        using var http = new HttpClient { BaseAddress = guarded.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{Password}")));
        await SendAsync(http, HttpMethod.Post, "/api/v1/projects", new { name = "other" });
        foreach (var (name, scope) in new[] { ("viewer", "project:default"), ("stranger", "project:other"), ("nobody", "") })
        {
            await SendAsync(http, HttpMethod.Post, "/api/v1/users", new { name, password = Password });
            // Everybody who has an account may look into the first project unless that is taken away.
            if (scope != "project:default") await GrantAsync(http, name, "none", "project:default");
            if (scope.Length > 0) await GrantAsync(http, name, "viewer", scope);
        }

        var token = (await SendAsync(http, HttpMethod.Post, "/api/v1/tokens", new { name = "push" })).GetProperty("secret").GetString()!;
        var signedIn = new Dictionary<string, string> { ["WEIGH_TOKEN"] = token };
        Directory.CreateDirectory(Path.Combine(work, "a"));
        await File.WriteAllTextAsync(Path.Combine(work, "a", "t.csv"), "id,secret\n1,rows of it\n");
        await DoneAsync(signedIn, "init", work);
        await DoneAsync(signedIn, "commit", "-C", work, "-m", "rows of it", "--tag", "v1");
        await File.WriteAllTextAsync(Path.Combine(work, "b"), "2");
        await DoneAsync(signedIn, "commit", "-C", work, "-a", "-m", "more rows of it");
        await DoneAsync(signedIn, "remote", "add", "-C", work, "origin", $"{guarded.Url}repos/secret");
        await DoneAsync(signedIn, "push", "-C", work);
        await DoneAsync(signedIn, "push", "-C", work, "--tags");
        await DoneAsync(
            signedIn, "catalogue", "set", "secret", "a", "--description", "the rows of it", "--url", $"{guarded.Url}");
    }

    private static Task<JsonElement> GrantAsync(HttpClient http, string user, string role, string scope) =>
        SendAsync(http, HttpMethod.Put, $"/api/v1/users/{user}/grants", new { role, scope });

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, body.GetType()) };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private static async Task DoneAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var outcome = await WeighProcess.RunAsync(arguments, environment);
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome.Errors}");
    }
}
