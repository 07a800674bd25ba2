using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Evaluation;

namespace Weighhouse.Commands.Evaluating;

/// <summary>The options of <c>weigh evaluate</c>.</summary>
internal sealed class EvaluateOptions
{
    public Option<string> Predictions { get; } = new("--predictions")
    {
        Description = "The file: .csv, .tsv, .jsonl, .npy or .npz", HelpName = "FILE", Required = true,
    };

    public Option<OutputFormat> Format { get; } = new("--output", "-o") { Description = "table, json or ndjson" };

    private readonly Option<string[]> _target = new("--target")
    {
        Description = "The column of what is true; again for each label", HelpName = "COLUMN", Required = true,
    };

    private readonly Option<string[]> _prediction = new("--prediction")
    {
        Description = "The column of what was predicted; again for each label", HelpName = "COLUMN",
    };

    private readonly Option<string[]> _score = new("--score")
    {
        Description = "The column of how sure the model was of the positive class; again for each class or label, in their order",
        HelpName = "COLUMN",
    };

    private readonly Option<string[]> _slice = new("--slice")
    {
        Description = "A column by whose values the figures are told apart", HelpName = "COLUMN",
    };

    private readonly Option<string[]> _group = new("--group")
    {
        Description = "A column of groups that are to be treated alike", HelpName = "COLUMN",
    };

    private readonly Option<EvaluationTask?> _task = new("--task")
    {
        Description = "binary, multiclass, multilabel or regression; told from the target unless said",
    };

    private readonly Option<string[]> _class = new("--class")
    {
        Description = "A class; again for each, in the order of the scores", HelpName = "NAME",
    };

    private readonly Option<string?> _positive = new("--positive")
    {
        Description = "The class that scores of two speak of; the later in order unless said", HelpName = "NAME",
    };

    private readonly Option<double> _threshold = new("--threshold")
    {
        Description = "The score from which on the positive class is predicted", DefaultValueFactory = static _ => 0.5, HelpName = "SCORE",
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "What resampling draws from: the same seed gives the same report", DefaultValueFactory = static _ => 0UL,
            HelpName = "NUMBER",
    };

    public IEnumerable<Option> All =>
        [Predictions, _target, _prediction, _score, _slice, _group, _task, _class, _positive, _threshold, _seed, Format];

    public EvaluationColumns Columns(ParseResult parsed) => new(
        parsed.GetValue(_target) ?? [], parsed.GetValue(_prediction) ?? [], parsed.GetValue(_score) ?? [], [],
            parsed.GetValue(_slice) ?? [],
        parsed.GetValue(_group) ?? []);

    public EvaluationSettings Settings(ParseResult parsed) => new()
    {
        Task = parsed.GetValue(_task),
        Classes = parsed.GetValue(_class) ?? [],
        Positive = parsed.GetValue(_positive),
        Threshold = parsed.GetValue(_threshold),
        Seed = parsed.GetValue(_seed),
    };
}
