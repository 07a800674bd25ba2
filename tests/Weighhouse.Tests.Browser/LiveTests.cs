using System.Text.RegularExpressions;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Browser;

public class LiveTests(BrowserServer server)
{
    [Fact]
    public async Task A_point_logged_now_is_on_the_chart_of_an_open_page()
    {
        var run = await server.World.AddRunAsync(World.RunCount, server.World.Experiment);
        await server.World.LogAsync(run, "live", 1, 0);
        await server.World.LogAsync(run, "live", 2, 1);
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"/runs/{run}/metrics");
        await visit.Expect("wh-chart[name='live'] .u-over").ToHaveCountAsync(1);

        await server.World.LogAsync(run, "live", 77, 2);

        await visit.Expect("wh-chart[name='live']").ToHaveAttributeAsync("aria-label", new Regex(": 77 \\("));
        await server.World.FinishAsync(run);
        await visit.Expect("main .badge-ok").ToHaveTextAsync("Finished");
    }

    [Fact]
    public async Task The_first_page_of_an_empty_server_turns_green_with_the_first_run()
    {
        using var folder = new TemporaryFolder();
        await using var empty = await WeighProcess.StartAsync(folder["data"]);
        await using var visit = await server.VisitAsync(new Look(Origin: empty.Url));
        await visit.GoAsync("/");
        await visit.Expect("main").ToContainTextAsync($"export MLFLOW_TRACKING_URI={empty.Url.GetLeftPart(UriPartial.Authority)}");
        await visit.Expect("wh-waiting .dot-live").ToBeVisibleAsync();

        using var world = World.At(empty.Url);
        await world.AddRunAsync(0, "0");

        await visit.Expect("wh-waiting.waiting-done").ToContainTextAsync("The first run is here.");
        await visit.Expect("main table a:has-text('run-00')").ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_server_that_goes_away_is_noticed_and_so_is_its_return()
    {
        using var folder = new TemporaryFolder();
        var first = await WeighProcess.StartAsync(folder["data"]);
        using var world = World.At(first.Url);
        var run = await world.AddRunAsync(World.RunCount, "0");
        await using var visit = await server.VisitAsync(new Look(Origin: first.Url));
        visit.Expected.Add("ERR_");
        await visit.GoAsync($"/runs/{run}");
        await visit.Expect("wh-time").Not.ToHaveCountAsync(0);

        await first.KillAsync();
        await visit.Expect(".offline").ToContainTextAsync("Connection lost");

        await using var second = await WeighProcess.StartAsync(folder["data"], null, "--port", $"{first.Url.Port}");
        await visit.Expect(".offline").ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await first.DisposeAsync();
    }
}
