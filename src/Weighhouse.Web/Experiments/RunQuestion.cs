using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Experiments;

/// <summary>Which runs are asked for, in which order, with which columns: the state of a runs table, as its address holds it.</summary>
/// <param name="Order">A column's id and a direction: "metrics.val/loss ASC".</param>
/// <param name="Columns">Ids of columns; null for those that seem best.</param>
public sealed record RunQuestion(
    ExperimentId Experiment, string Filter, string Order, bool IsDeletedView, IReadOnlyList<string>? Columns, string? PageToken)
{
    public const string DefaultOrder = "attributes.start_time DESC";

    /// <summary>Between the ids of columns in an address: a character no key begins or ends with.</summary>
    public const char ColumnSeparator = '~';

    private static readonly string[] Entities = ["attributes", "metrics", "params", "tags"];

    public bool IsPlain => Filter.Length == 0 && !IsDeletedView && PageToken is null;

    internal static RunQuestion Of(PageCall call, ExperimentId experiment) => new(
        experiment,
        call.Query("filter") ?? "",
        call.Query("order") ?? DefaultOrder,
        call.Query("view") is "deleted",
        call.Query("columns")?.Split(ColumnSeparator, StringSplitOptions.RemoveEmptyEntries),
        call.Query("page"));

    /// <summary>The filter in the search grammar.</summary>
    public string? GrammarFilter => FilterText.Of(Filter, "attributes.run_name");

    /// <summary>The order in the search grammar: its key in backticks where it has to be.</summary>
    public string GrammarOrder
    {
        get
        {
            var space = Order.LastIndexOf(' ');
            var (id, direction) = space > 0 && Order[(space + 1)..] is "ASC" or "DESC" ? (Order[..space], Order[space..]) : (Order, " ASC");
            var dot = id.IndexOf('.', StringComparison.Ordinal);
            return dot > 0 && Entities.Contains(id[..dot]) ? FilterText.Field(id[..dot], id[(dot + 1)..]) + direction : Order;
        }
    }

    public RunSearch ToSearch(int size) => new(
        [Experiment], GrammarFilter, [GrammarOrder], IsDeletedView ? StageView.DeletedOnly : StageView.ActiveOnly,
        new PageRequest(size, PageToken), SearchDialect.Native);

    public RunSelection ToSelection() => new(
        [Experiment], GrammarFilter, IsDeletedView ? StageView.DeletedOnly : StageView.ActiveOnly, SearchDialect.Native);

    public string Url(string? order = null, string? page = null) => Links.WithQuery(
        Links.Experiment(Experiment), ("filter", Filter), ("order", order ?? (Order == DefaultOrder ? null : Order)),
        ("view", IsDeletedView ? "deleted" : null),
        ("columns", Columns is null ? null : string.Join(ColumnSeparator, Columns)), ("page", page));

    /// <summary>The address that sorts by a column, or turns its order round.</summary>
    public string SortUrl(RunColumn column)
    {
        var next = Order == $"{column.Id} DESC" ? "ASC" : Order == $"{column.Id} ASC" || column.BeginsDescending ? "DESC" : "ASC";
        return Url($"{column.Id} {next}");
    }

    public string? SortOf(RunColumn column) =>
        Order == $"{column.Id} ASC" ? "ascending" : Order == $"{column.Id} DESC" ? "descending" : null;
}
