namespace Weighhouse.Tests.Browser;

public class ShellTests(BrowserServer server)
{
    [Fact]
    public async Task The_addresses_that_the_client_of_MLflow_prints_lead_to_our_pages()
    {
        await using var visit = await server.VisitAsync(new Look());

        await visit.GoAsync($"/#/experiments/{server.World.Experiment}/runs/{server.World.FirstRun}");
        await visit.ExpectPage().ToHaveURLAsync(new Uri(server.Url, $"/runs/{server.World.FirstRun}").ToString());
        await visit.GoAsync($"/#/experiments/{server.World.Experiment}");
        await visit.ExpectPage().ToHaveURLAsync(new Uri(server.Url, $"/experiments/{server.World.Experiment}").ToString());
    }

    [Fact]
    public async Task A_chosen_theme_stays_on_the_next_page_without_a_flash()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/experiments");
        var light = await BackgroundAsync(visit);
        await visit["header label[title=Dark]"].ClickAsync();
        Assert.NotEqual(light, await BackgroundAsync(visit));

        // The server itself says dark: no script has to run first.
        await visit.GoAsync("/models");
        var html = await (await visit.Page.GotoAsync("/models"))!.TextAsync();

        Assert.Contains("data-theme=\"dark\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chosen_language_stays()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/experiments");
        await visit["button:has-text('中文')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("实验");

        await visit.GoAsync("/models");

        await visit.Expect("h1").ToHaveTextAsync("模型");
        await visit.Expect("html").ToHaveAttributeAsync("lang", "zh");
    }

    [Fact]
    public async Task The_palette_goes_to_what_is_typed()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await visit["dialog.palette input"].FillAsync("run-03");
        await visit.Expect(".palette-item:has-text('run-03')").ToBeVisibleAsync();

        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.Expect("h1").ToHaveTextAsync("run-03");
    }

    [Fact]
    public async Task Chords_go_to_sections_and_a_question_mark_lists_them()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/");
        await visit.Page.Keyboard.PressAsync("g");
        await visit.Page.Keyboard.PressAsync("m");
        await visit.Expect("h1").ToHaveTextAsync("Models");

        await visit.Page.Keyboard.PressAsync("?");

        await visit.Expect("dialog[open]").ToContainTextAsync("Command palette");
    }

    [Fact]
    public async Task The_navigation_collapses_and_stays_so()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/");
        await visit.Page.Keyboard.PressAsync("[");
        await visit.GoAsync("/models");

        var box = await visit["nav.nav"].BoundingBoxAsync();

        Assert.True(box!.Width < 60);
    }

    [Fact]
    public async Task On_a_narrow_window_the_navigation_is_behind_a_button()
    {
        await using var visit = await server.VisitAsync(new Look(Width: 390));
        await visit.GoAsync("/");
        await visit.Expect("nav.nav").ToBeHiddenAsync();

        await visit["button[popovertarget=nav]"].ClickAsync();
        await visit["nav.nav a:has-text('Models')"].ClickAsync();

        await visit.Expect("h1").ToHaveTextAsync("Models");
    }

    /// <summary>The visit would complain of a rejection that nobody caught.</summary>
    [Fact]
    public async Task A_fade_between_pages_that_the_browser_drops_is_no_error()
    {
        await using var visit = await server.VisitAsync();
        await visit.Page.AddInitScriptAsync(
            """
            addEventListener("pagereveal", (event) => {
                if (!event.viewTransition) return;
                sessionStorage.setItem("dropped", "yes");
                event.viewTransition.skipTransition();
            });
            """);
        await visit.GoAsync("/");

        await visit["nav.nav a:has-text('Models')"].ClickAsync();

        await visit.Expect("h1").ToHaveTextAsync("Models");
        Assert.Equal("yes", await visit.Page.EvaluateAsync<string>("sessionStorage.getItem('dropped')"));
    }

    private static Task<string> BackgroundAsync(Visit visit) =>
        visit.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
