using System.Text.RegularExpressions;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Browser;

public class SignInTests(BrowserServer server)
{
    [Fact]
    public async Task A_link_that_is_used_up_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        await using var guarded = await WeighProcess.StartAsync(folder["data"], null, "--auth", "required");
        await using var first = await server.VisitAsync(new Look(Origin: guarded.Url));
        Assert.Equal(200, await first.GoAsync(guarded.SignInLink));
        await first.ExpectPage().ToHaveURLAsync(guarded.Url.ToString());

        await using var second = await server.VisitAsync(new Look(Origin: guarded.Url));
        second.Expected.Add("status of 404");
        Assert.Equal(404, await second.GoAsync(guarded.SignInLink));
        await second.Expect("h1").ToHaveTextAsync("This sign-in link no longer works");
        await second["main a"].ClickAsync();
        await second.Expect("h1").ToHaveTextAsync("Sign in");

        // Whoever is in already needs no link.
        first.Expected.Add("status of 404");
        Assert.Equal(404, await first.GoAsync(guarded.SignInLink));
        await first["main a"].ClickAsync();
        await first.ExpectPage().ToHaveURLAsync(guarded.Url.ToString());
    }

    [Fact]
    public async Task A_program_with_a_used_link_gets_a_problem_and_no_page()
    {
        using var program = new HttpClient { BaseAddress = server.Url };

        using var answer = await program.GetAsync("/sign-in/link/nobody");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_visitor_signs_in_comes_back_to_the_page_asked_for_and_signs_out()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["WEIGH_ADMIN_PASSWORD"] = "correct horse battery" };
        await using var guarded = await WeighProcess.StartAsync(folder["data"], environment, "--auth", "required");
        await using var visit = await server.VisitAsync(new Look(Origin: guarded.Url));
        visit.Expected.Add("status of 401");
        await visit.GoAsync("/experiments?filter=x");
        await visit.Expect("h1").ToHaveTextAsync("Sign in");
        await visit["#name"].FillAsync("admin");
        await visit["#password"].FillAsync("wrong");
        await visit["form button"].ClickAsync();
        await visit.Expect("[role=alert]").ToBeVisibleAsync();
        await visit.Expect("#name").ToHaveValueAsync("admin");

        await visit["#password"].FillAsync("correct horse battery");
        await visit["form button"].ClickAsync();
        await visit.ExpectPage().ToHaveURLAsync(new Regex("/experiments\\?filter=x"));

        await visit["button:has-text('Sign out')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("Sign in");
        await visit.GoAsync("/experiments");
        await visit.Expect("h1").ToHaveTextAsync("Sign in");
    }
}
