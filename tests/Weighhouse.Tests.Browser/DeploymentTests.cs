using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Weighhouse.Tests.Browser;

/// <summary>A deployment's page: what answers, and a version on trial.</summary>
public partial class DeploymentTests(BrowserServer server)
{
    /// <summary>Of forty requests, to the candidate and to the others.</summary>
    [GeneratedRegex(@"0 / [3-5] \(0 %\)\s+0 / 3[5-7] \(0 %\)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex OneInTen();

    [Fact]
    public async Task A_canary_is_started_watched_and_promoted_from_the_page_and_rolled_back()
    {
        await server.Served.DeployAsync("tried", 1);
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/deployments/tried");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Start a canary" }).First.ClickAsync();
        await visit.Page.GetByLabel("Version", new() { Exact = true }).FillAsync("2");
        await visit.Page.GetByLabel("Seconds each step lasts at least").FillAsync("0");
        await visit.Page.GetByLabel("Requests of the candidate in each step").FillAsync("1000000");
        await visit.Page.Locator("#canary-start").GetByRole(AriaRole.Button, new() { Name = "Start a canary" }).ClickAsync();

        await visit.Expect("[data-live=canary] .badge").ToHaveTextAsync("Running");
        await visit.Expect("[data-live=canary]").ToContainTextAsync("Step 1 of 3 · 10 %");
        await visit.Expect("[data-live=versions] tr:has-text('#canary') .badge").ToHaveTextAsync("Available");
        for (var i = 0; i < 40; i++) await server.Served.AskAsync("tried");
        // The page itself shows what has been counted since: nobody has loaded it again.
        await visit.Expect("[data-live=figures] tbody tr:first-child").ToContainTextAsync(OneInTen());
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Promote" }).First.ClickAsync();
        await visit.Page.Locator("#promote-reason").FillAsync("looks good");
        await visit.Page.Locator("#canary-promote").GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();

        await visit.Expect("[data-live=canary] .badge").ToHaveTextAsync("Promoted");
        await visit.Expect("[data-live=events] li:first-child").ToContainTextAsync("local promoted it: looks good");
        await visit.Expect("[data-live=facts]").ToContainTextAsync("multiply v2");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).First.ClickAsync();
        await visit.Page.Locator("#rollback").GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await visit.Expect("[data-live=facts]").ToContainTextAsync("multiply v1");
    }

    [Fact]
    public async Task A_plan_that_makes_no_sense_is_refused_in_words()
    {
        await using var visit = await server.VisitAsync();
        visit.Expected.Add("status of 4");
        await server.Served.DeployAsync("refused", 1);
        await visit.GoAsync("/deployments/refused");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Start a canary" }).First.ClickAsync();
        await visit.Page.GetByLabel("Version", new() { Exact = true }).FillAsync("2");
        await visit.Page.GetByLabel("Steps, in hundredths of the requests").FillAsync("50, 20");
        await visit.Page.Locator("#canary-start").GetByRole(AriaRole.Button, new() { Name = "Start a canary" }).ClickAsync();

        await visit.Expect("main").ToContainTextAsync("20 follows 50");
    }

    [Fact]
    public async Task A_version_that_cannot_be_loaded_says_why()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/deployments/broken");
        await visit.Expect("[data-live=versions] .badge").ToHaveTextAsync("Failed");
        await visit.Expect("[data-live=versions] tbody td .wrap").Not.ToBeEmptyAsync();
    }
}
