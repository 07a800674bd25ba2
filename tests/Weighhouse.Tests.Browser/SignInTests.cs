using System.Text.RegularExpressions;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Browser;

public class SignInTests(BrowserServer server)
{
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
