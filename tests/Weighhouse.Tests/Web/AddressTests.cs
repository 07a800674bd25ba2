using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Experiments;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Parts;

namespace Weighhouse.Tests.Web;

public class AddressTests
{
    private static RunQuestion Question(string filter = "", string order = RunQuestion.DefaultOrder) =>
        new(new ExperimentId(3), filter, order, IsDeletedView: false, Columns: null, PageToken: null);

    [Theory]
    [InlineData("metrics.loss DESC", "metrics.loss DESC")]
    [InlineData("metrics.val/loss ASC", "metrics.val/loss ASC")]
    [InlineData("metrics.validation loss ASC", "metrics.`validation loss` ASC")]
    [InlineData("metrics.loss.min DESC", "metrics.`loss.min` DESC")]
    [InlineData("params.a`b DESC", "params.`a``b` DESC")]
    [InlineData("attributes.start_time", "attributes.start_time ASC")]
    [InlineData("1; DROP TABLE runs", "1; DROP TABLE runs")]
    public void An_order_names_any_key_in_the_search_grammar(string order, string expected) =>
        Assert.Equal(expected, Question(order: order).GrammarOrder);

    [Theory]
    [InlineData("otter", "attributes.run_name ILIKE '%otter%'")]
    [InlineData("it's", "attributes.run_name ILIKE '%it''s%'")]
    [InlineData(" metrics.loss < 1 ", "metrics.loss < 1")]
    [InlineData("status IN ('FAILED')", "status IN ('FAILED')")]
    public void Plain_words_look_for_a_name_and_operators_are_the_grammar(string typed, string expected) =>
        Assert.Equal(expected, Question(typed).GrammarFilter);

    [Fact]
    public void A_click_on_a_column_turns_its_order_round_and_keeps_the_filter()
    {
        var column = new RunColumn("metrics.loss", "metric", "loss");

        Assert.Equal("/experiments/3?filter=a%26b&order=metrics.loss%20DESC", Question("a&b").SortUrl(column));
        Assert.Equal("/experiments/3?order=metrics.loss%20ASC", Question(order: "metrics.loss DESC").SortUrl(column));
        Assert.Equal("ascending", Question(order: "metrics.loss ASC").SortOf(column));
    }

    [Fact]
    public void Paths_below_a_page_are_escaped_segment_by_segment()
    {
        Assert.Equal("/runs/a/files/b%20c/d%3F", Links.Under("/runs/a/files", "b c/d?"));
        Assert.Equal("/runs/..%2Fx", Links.Run(new RunId("../x")));
    }

    [Theory]
    [InlineData("RunDeleted.0123abc", FlashKind.RunDeleted, "/runs/0123abc/restore")]
    [InlineData("Saved.", FlashKind.Saved, null)]
    public void What_was_done_travels_to_the_next_page(string cookie, FlashKind kind, string? undo)
    {
        var flash = Flash.Decode(cookie);

        Assert.Equal(kind, flash?.Kind);
        Assert.Equal(undo, flash?.UndoPath);
        Assert.Equal(cookie, flash?.Encode());
    }

    [Theory]
    [InlineData("RunDeleted.../../etc")]
    [InlineData("RunDeleted.a b")]
    [InlineData("Nonsense.1")]
    [InlineData("99.1")]
    [InlineData("")]
    public void A_cookie_somebody_made_up_says_nothing(string cookie) => Assert.Null(Flash.Decode(cookie));

    [Fact]
    public void Snippets_quote_what_people_typed()
    {
        Assert.Equal("'it'\\''s'", ShellText.Quote("it's"));
        Assert.Equal("\"a \\\"b\\\" \\\\\"", PythonText.Quote("a \"b\" \\"));
    }

    [Fact]
    public void Columns_shown_are_those_that_most_runs_have_and_in_which_they_differ()
    {
        var runs = new[] { RunOf("0.1", "adam"), RunOf("0.2", "adam") };

        var shown = RunColumns.Best(runs);

        Assert.Contains("metrics.loss", shown);
        Assert.Contains("params.lr", shown);
        Assert.DoesNotContain("params.optimizer", shown);
        Assert.DoesNotContain("metrics.system/cpu", shown);
    }

    [Fact]
    public void A_column_chosen_by_its_name_is_there_whether_its_key_is_known_or_not()
    {
        var keys = new[] { new RunKey(RunKeyKind.Metric, "loss"), new RunKey(RunKeyKind.Tag, "team") };
        string[] wanted = ["metrics.loss", "params.rare.key", "attributes.status", "nonsense", "nonsense.x", "tags."];

        var columns = RunColumns.Of(keys, wanted, Weighhouse.Web.Words.PageWords.English);

        Assert.Equal(
            ["metrics.loss", "tags.team", "params.rare.key"],
            columns.Where(column => column.Kind != "attribute").Select(column => column.Id));
        Assert.Equal("rare.key", columns.Single(column => column.Id == "params.rare.key").Label);
    }

    private static Run RunOf(string rate, string optimizer)
    {
        var point = new MetricPoint(1, 0, 0);
        return new Run(
            new RunInfo(new RunId("r"), new ExperimentId(1), "default", "r", "ann", RunStatus.Finished, 0, 1, "", LifecycleStage.Active),
            [new MetricSummary("loss", point, point, point, 5), new MetricSummary("system/cpu", point, point, point, 50)],
            [new Param("lr", rate), new Param("optimizer", optimizer)], [], [], [], []);
    }
}
