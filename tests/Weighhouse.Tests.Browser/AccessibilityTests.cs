using System.Text.Json;
using Microsoft.Playwright;

namespace Weighhouse.Tests.Browser;

/// <summary>Every page for everybody: names, landmarks, contrast, focus, keyboard, motion.</summary>
public class AccessibilityTests(BrowserServer server)
{
    private const int StopsMax = 400;

    private static readonly Look[] Looks = [new(), new(IsDark: true, Width: 390, Language: "zh-CN")];

    /// <summary>Goes on one stop by Tab and says where the focus is; null when it has left the page.</summary>
    private const string DescribeFocus =
        """
        () => {
            const element = document.activeElement;
            if (!element || element === document.body) return null;
            (window.reached ??= new Set()).add(element.matches('[role=grid]') ? 'grid' : element.outerHTML);
            const shownOn = element.matches('.segments input') ? element.closest('label') : element;
            const style = getComputedStyle(shownOn);
            const box = shownOn.getBoundingClientRect();
            return {
                html: element.outerHTML.slice(0, 160),
                isMarked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
                isSeen: box.width > 0 && box.height > 0
                    && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
            };
        }
        """;

    /// <summary>
    /// What can be used and was not reached. Arrow keys lead through the radios of a group and the rows of a grid, so that Tab need not.
    /// </summary>
    private const string FindUnreached =
        """
        () => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
            .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.disabled)
            .filter(element => !reached.has(element.outerHTML))
            .filter(element => !(element.matches('[role=grid]') && reached.has('grid')))
            .filter(element => !(element.type === 'radio'
                && [...document.getElementsByName(element.name)].some(other => reached.has(other.outerHTML))))
            .filter(element => !element.closest('[role=grid] .runs-row'))
            .map(element => element.outerHTML.slice(0, 160))
        """;

    [Theory]
    [MemberData(nameof(PageTests.Pages), MemberType = typeof(PageTests))]
    public async Task A_page_keeps_the_rules_of_accessibility_light_and_dark_wide_and_narrow(string path)
    {
        foreach (var look in Looks)
        {
            await using var visit = await server.VisitAsync(look);
            await visit.GoAsync(server.PathOf(path));
            await ExpectAccessibleAsync(visit, look);
        }
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/runs/nobody")]
    [InlineData("/sign-in/link/nobody")]
    public async Task A_page_that_refuses_keeps_them_too(string path)
    {
        foreach (var look in Looks)
        {
            await using var visit = await server.VisitAsync(look);
            visit.Expected.Add("404");
            await visit.GoAsync(path);
            await ExpectAccessibleAsync(visit, look);
        }
    }

    [Fact]
    public async Task Menus_dialogs_the_palette_and_the_keys_keep_them_while_open()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"/experiments/{server.World.Experiment}");
        await visit.Expect(".runs-row a").Not.ToHaveCountAsync(0);
        await visit["summary:has-text('Columns')"].ClickAsync();
        await Axe.ExpectNothingAsync(visit);
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit[".runs-row[data-index='0'] input"].ClickAsync();
        await visit.Expect(".selection-bar").ToBeVisibleAsync();
        await Axe.ExpectNothingAsync(visit);
        await visit[".page-actions button:has-text('Code')"].ClickAsync();
        await visit.Expect("dialog[open]").ToBeVisibleAsync();
        await Axe.ExpectNothingAsync(visit);
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await visit["dialog.palette input"].FillAsync("run-0");
        await visit.Expect(".palette-item:has-text('run-03')").ToBeVisibleAsync();
        await Axe.ExpectNothingAsync(visit);
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit[".runs-scroll"].FocusAsync();
        await visit.Page.Keyboard.PressAsync("?");
        await visit.Expect("dialog[open]").ToContainTextAsync("Command palette");
        await Axe.ExpectNothingAsync(visit);
    }

    [Theory]
    [InlineData("<input name='q'>", "label")]
    [InlineData("<button></button>", "button-name")]
    [InlineData("<a href='/'></a>", "link-name")]
    [InlineData("<p>pale</p>", "color-contrast")]
    [InlineData("<span tabindex='3'>first</span>", "tabindex")]
    [InlineData("<main></main>", "landmark")]
    public async Task A_fault_would_be_found(string html, string rule)
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/models");
        await visit.Page.EvaluateAsync(
            """
            html => {
                document.querySelector('main').insertAdjacentHTML('beforeend', html);
                document.querySelector('main').lastElementChild.style.color = '#999';
            }
            """, html);

        Assert.Contains(await Axe.FindAsync(visit), violation => violation.StartsWith(rule, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/experiments")]
    [InlineData("/experiments/{experiment}")]
    [InlineData("/runs/{run}")]
    [InlineData("/runs/{run}/metrics")]
    [InlineData("/runs/{run}/artifacts/README.md")]
    [InlineData("/compare?run={run}&run={live}")]
    [InlineData("/models/digits")]
    [InlineData("/deployments")]
    [InlineData("/deployments/multiply")]
    [InlineData("/repositories")]
    [InlineData("/repositories/digits")]
    [InlineData("/repositories/digits/files/train.py")]
    [InlineData("/repositories/digits/files/labels")]
    [InlineData("/repositories/digits/commits")]
    [InlineData("/catalogue")]
    [InlineData("/repositories/digits/commits/{commit}")]
    [InlineData("/repositories/digits/refs")]
    [InlineData("/style")]
    public async Task Everything_is_reached_by_Tab_and_shows_that_it_is(string path)
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(server.PathOf(path));
        await visit.Expect(".chart-loading, .runs-waiting").ToHaveCountAsync(0);
        var unmarked = new List<string>();
        for (var stops = 0; stops < StopsMax; stops++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var focus = await visit.Page.EvaluateAsync<JsonElement?>(DescribeFocus);
            if (focus is not { ValueKind: JsonValueKind.Object } stop) break;
            if (stop.GetProperty("isMarked").GetBoolean() && stop.GetProperty("isSeen").GetBoolean()) continue;
            unmarked.Add(stop.ToString());
        }

        Assert.Empty(unmarked);
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(FindUnreached));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/runs/{live}")]
    [InlineData("/style")]
    public async Task Nothing_moves_for_those_who_asked_for_less_motion(string path)
    {
        await using var visit = await server.VisitAsync();
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
        await visit.GoAsync(server.PathOf(path));
        var moving = await visit.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('*')].flatMap(element => [null, '::before', '::after'].flatMap(part => {
                const style = getComputedStyle(element, part);
                const seconds = list => Math.max(...list.split(',').map(text => parseFloat(text) * (text.includes('ms') ? 0.001 : 1)));
                const isMoving = (style.animationName !== 'none' && seconds(style.animationDuration) > 0.001)
                    || seconds(style.transitionDuration) > 0.001 || style.scrollBehavior === 'smooth';
                return isMoving ? [`${element.tagName} .${element.className}${part ?? ''}`] : [];
            }))
            """);

        Assert.Empty(moving);
    }

    private static async Task ExpectAccessibleAsync(Visit visit, Look look)
    {
        await visit.Expect("h1").ToHaveCountAsync(1);
        await visit.Expect(".chart-loading, .runs-waiting").ToHaveCountAsync(0);
        await visit.Expect("html").ToHaveAttributeAsync("lang", look.Language[..2]);
        await visit.Expect("main").ToHaveCountAsync(1);
        await Axe.ExpectNothingAsync(visit);
    }
}
