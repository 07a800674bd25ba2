namespace Weighhouse.Tests.Browser;

public class HistoryTests(BrowserServer server)
{
    private const string Home = $"/repositories/{DataWorld.Repository}";

    [Fact]
    public async Task A_history_is_listed_with_its_graph_and_its_refs_and_runs_nothing()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Home}/commits");

        await visit.Expect(".commits > li").ToHaveCountAsync(5);
        await visit.Expect(".commits .lanes circle").ToHaveCountAsync(5);
        // The merge: a line to each of its parents.
        await visit.Expect(".commits > li:first-child .lanes path").ToHaveCountAsync(2);
        await visit.Expect(".commits > li:last-child .badge").ToHaveTextAsync("v1");
        await visit.Expect(".commits").ToContainTextAsync(DataWorld.HostileMessage);
        await visit.ExpectPage().Not.ToHaveTitleAsync("ran");
    }

    [Fact]
    public async Task Without_scripts_a_history_is_filtered_and_a_commit_is_opened_and_browsed()
    {
        await using var visit = await server.VisitAsync(new Look(HasScripts: false));
        await visit.GoAsync($"{Home}/commits");
        await visit["input[name=text]"].FillAsync("relabel");
        await visit["input[name=path]"].FillAsync("labels");
        await visit[".filter-bar button"].ClickAsync();
        await visit.Expect(".commits > li").ToHaveCountAsync(1);
        await visit.Expect(".lanes").ToHaveCountAsync(0);

        await visit[".commits .commit-words a"].First.ClickAsync();

        await visit.Expect(".card h2.wrap").ToHaveTextAsync("Relabel");
        await visit.Expect(".diff-file").ToHaveCountAsync(3);
        await visit.Expect(".diff-file:has-text('best.safetensors')").ToContainTextAsync("model.safetensors → best.safetensors");
        await visit["a:has-text('Browse the files')"].ClickAsync();
        await visit.Expect("tbody a:has-text('best.safetensors')").ToBeVisibleAsync();
    }

    [Fact]
    public async Task Two_revisions_are_compared_below_and_beside_each_other()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Home}/compare");
        await visit["input[name=from]"].FillAsync("v1");
        await visit["input[name=to]"].FillAsync("main");
        await visit["main .filter-bar button"].ClickAsync();

        await visit.ExpectPage().ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/compare/v1\\.\\.\\.main$"));
        await visit.Expect(".diff-file:has-text('train.py') .diff-removed").Not.ToHaveCountAsync(0);
        await visit.Expect(".diff-file:has-text('train.py')").ToContainTextAsync("+ x0 = sin(0)  # <script>alert(0)</script>");
        await visit["a:has-text('Side by side')"].ClickAsync();
        await visit.Expect(".diff-split").Not.ToHaveCountAsync(0);
        await visit["a:has-text('Swap')"].ClickAsync();
        await visit.Expect(".diff-file:has-text('train.py')").ToContainTextAsync("+ x0 = tanh(0)");
    }

    [Fact]
    public async Task A_branch_and_a_tag_are_made_compared_and_deleted()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Home}/refs");
        await visit.Expect("tr:has-text('exp/aside') td.number").ToHaveTextAsync(["1", "4"]);
        await visit["button:has-text('New branch or tag')"].ClickAsync();
        await visit["#ref-name"].FillAsync("short-lived");
        await visit["#ref-start"].FillAsync("v2");
        await visit["#new-ref button:has-text('Create')"].ClickAsync();
        await visit.Expect("th a:has-text('short-lived')").ToBeVisibleAsync();

        await visit["[aria-label='Delete short-lived']"].ClickAsync();

        await visit.Expect(".toast").ToContainTextAsync("Deleted.");
        await visit.Expect("th a:has-text('short-lived')").ToHaveCountAsync(0);
        await visit.GoAsync($"{Home}/reflog?ref=heads%2Fshort-lived");
        await visit.Expect("tbody tr").ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_merge_is_previewed_its_conflict_settled_and_taken_back()
    {
        await using var visit = await server.VisitAsync();
        visit.Expected.Add("409");
        await server.Data.BranchAsync("merged-here", "relabel");
        await visit.GoAsync($"{Home}/compare/merged-here...exp/aside");
        await visit["a:has-text('Merge into merged-here')"].ClickAsync();
        await visit.Expect("tbody tr").ToContainTextAsync("blob.bin");
        await visit["button:has-text('Merge')"].Last.ClickAsync();
        await visit.Expect(".card-head h2").ToHaveTextAsync("Both sides changed the same");

        await visit["tbody select"].SelectOptionAsync("theirs");
        await visit["#merge-message"].FillAsync("Take theirs");
        await visit["main form[method=post] button:has-text('Merge')"].ClickAsync();

        await visit.Expect(".toast").ToContainTextAsync("Merged.");
        await visit.Expect(".card h2.wrap").ToHaveTextAsync("Take theirs");
        await visit["button:has-text('Revert')"].First.ClickAsync();
        await visit["#revert-branch"].SelectOptionAsync("merged-here");
        await visit["#revert button.button-main"].ClickAsync();
        await visit.Expect(".card h2.wrap").ToHaveTextAsync("Revert \"Take theirs\"");
    }
}
