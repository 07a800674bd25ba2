using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Browser;

public class CatalogueTests(BrowserServer server)
{
    private const string Folder = $"/repositories/{DataWorld.Repository}/files/images";

    [Fact]
    public async Task Data_is_described_found_changed_and_taken_out()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Folder);
        await visit[".path-bar button:has-text('Describe this data')"].ClickAsync();
        await visit["#describe-description"].FillAsync("Drawn **by hand**");
        await visit["#describe-owner"].FillAsync("Bea");
        await visit["#describe-tags"].FillAsync("drawings, svg");
        await visit["#describe-fresh"].FillAsync("2w");
        await visit["#describe button:has-text('Save')"].ClickAsync();
        await visit.Expect(".toast").ToContainTextAsync("Saved.");
        await visit.Expect("#catalogue .prose strong").ToHaveTextAsync("by hand");
        await visit.Expect("#catalogue").ToContainTextAsync("at least every 2w");

        await visit["#catalogue .chip:has-text('svg')"].ClickAsync();
        await visit.ExpectPage().ToHaveURLAsync(new Regex("/catalogue\\?tag=svg$"));
        await visit.Expect("tbody tr").ToHaveCountAsync(1);
        await visit["input[name=search]"].FillAsync("hand bea");
        await visit[".filter-bar button"].ClickAsync();
        await visit.Expect("tbody th").ToHaveTextAsync("digits/images");
        await visit.ExpectPage().ToHaveURLAsync(new Regex("search=hand(\\+|%20)bea.*tag=svg"));
        await visit[".chip-on a"].ClickAsync();
        await visit.ExpectPage().ToHaveURLAsync(new Regex("/catalogue\\?search=hand%20bea$"));
        await visit["tbody th a"].ClickAsync();

        await visit["#catalogue button:has-text('Edit')"].ClickAsync();
        await visit.Expect("#describe-tags").ToHaveValueAsync("drawings, svg");
        await visit["#describe-owner"].FillAsync("");
        await visit["#describe button:has-text('Save')"].ClickAsync();
        await visit.Expect("#catalogue").Not.ToContainTextAsync("Bea");
        await visit["#catalogue button[aria-label='Remove from the catalogue']"].ClickAsync();
        await visit["#undescribe button.button-danger"].ClickAsync();
        await visit.Expect(".toast").ToContainTextAsync("Removed.");
        await visit.Expect("#catalogue").ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_was_typed_wrong_is_said_on_a_page()
    {
        await using var visit = await server.VisitAsync();
        visit.Expected.Add("status of 400");
        await visit.GoAsync(Folder);
        await visit["button:has-text('Describe this data')"].ClickAsync();
        await visit["#describe-fresh"].FillAsync("now and then");
        await visit["#describe button:has-text('Save')"].ClickAsync();

        await visit.Expect("main").ToContainTextAsync("'now and then' is no period");
    }

    [Fact]
    public async Task Words_of_others_are_shown_and_run_nothing_and_the_schema_is_told_from_the_data()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"/repositories/{DataWorld.Repository}/files/labels");
        await visit.Expect("#catalogue .prose").ToContainTextAsync("<script>");
        await visit.Expect("#catalogue").ToContainTextAsync("<b>handwriting</b>");
        await visit.Expect("#catalogue").ToContainTextAsync("jsonl · 2 columns · 20 rows · notes.jsonl");
        await visit["#catalogue summary"].ClickAsync();
        await visit.Expect("#catalogue tbody th").ToHaveTextAsync(["image", "note"]);
        await visit.ExpectPage().Not.ToHaveTitleAsync("ran");

        await visit.GoAsync($"/repositories/{DataWorld.Repository}/files/best.safetensors");
        await visit.Expect("#catalogue").ToContainTextAsync("javascript:alert(1)");
        await visit.Expect("#catalogue a[href^='javascript']").ToHaveCountAsync(0);
        await visit.GoAsync($"/repositories/{DataWorld.Repository}/files/labels?at=v1");
        await visit.Expect("#catalogue, #describe").ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_scripts_the_list_is_filtered_by_column_and_freshness_and_sorted()
    {
        await using var visit = await server.VisitAsync(new Look(HasScripts: false));
        await visit.GoAsync("/repositories");
        await visit[".tabs a:has-text('Catalogue')"].ClickAsync();
        await visit["input[name=column]"].FillAsync("Layer.Bias");
        await visit[".filter-bar button"].ClickAsync();
        await visit.Expect("tbody th").ToHaveTextAsync("digits/best.safetensors");
        await visit["input[name=column]"].FillAsync("");
        await visit["select[name=freshness]"].SelectOptionAsync("fresh");
        await visit[".filter-bar button"].ClickAsync();
        await visit.Expect("tbody th").ToHaveTextAsync("digits/labels");
        await visit["thead a:has-text('Last change')"].ClickAsync();
        await visit.Expect("th[aria-sort=descending]").ToHaveTextAsync("Last change");
        await visit.Expect("select[name=freshness]").ToHaveValueAsync("fresh");

        await visit["input[name=search]"].FillAsync("nothing like it");
        await visit[".filter-bar button"].ClickAsync();
        await visit.Expect(".empty h2").ToHaveTextAsync("No entry matches");
    }
}
