using Weighhouse.Kernel;
using Weighhouse.Tracking.Search;

namespace Weighhouse.Tests.Kernel.Filtering;

public sealed class MlflowFilterTests
{
    [Theory]
    [InlineData("metric.acc >= 0.94", "metric.acc GreaterOrEqual 0.94")]
    [InlineData("metric.acc>=100", "metric.acc GreaterOrEqual 100")]
    [InlineData("params.m!='tf'", "parameter.m NotEqual tf")]
    [InlineData("params.\"m\"!=\"tf\"", "parameter.m NotEqual tf")]
    [InlineData("metric.\"legit name\" >= 0.243", "metric.legit name GreaterOrEqual 0.243")]
    [InlineData("metrics.\"X//Y#$$@&Z\" = 3", "metric.X//Y#$$@&Z Equal 3")]
    [InlineData("metrics.rmse < 1 and params.model_class = 'LR'", "metric.rmse Less 1 & parameter.model_class Equal LR")]
    [InlineData("`metric`.a >= 0.1", "metric.a GreaterOrEqual 0.1")]
    [InlineData("`tags`.source_name = 'a notebook'", "tag.source_name Equal a notebook")]
    [InlineData("metrics.\"accuracy.2.0\" > 5", "metric.accuracy.2.0 Greater 5")]
    [InlineData("metrics.`spacey name` > -5e-3", "metric.spacey name Greater -0.005")]
    [InlineData("metrics.a.b > 1", "metric.a.b Greater 1")]
    [InlineData("params.m = \"L'Hosp\"", "parameter.m Equal L'Hosp")]
    [InlineData("params.m LIKE '%x_' AND tags.t iLike 'Y'", "parameter.m Like %x_ & tag.t ILike Y")]
    [InlineData("run.status = 'RUNNING'", "attribute.status Equal RUNNING")]
    [InlineData("attributes.`Run name` = 'x'", "attribute.run_name Equal x")]
    [InlineData("Created > 5", "attribute.start_time Greater 5")]
    [InlineData("dataset.name = 'd'", "dataset.name Equal d")]
    [InlineData("attribute.run_id IN ('a', \"b\",'c')", "attribute.run_id In a|b|c")]
    [InlineData("datasets.digest NOT  IN ('a')", "dataset.digest NotIn a")]
    [InlineData("metrics.a > 1 metrics.b > 2", "metric.a Greater 1 & metric.b Greater 2")]
    [InlineData("params.m = 'a OR b; --'", "parameter.m Equal a OR b; --")]
    public void A_filter_MLflow_accepts_means_the_same(string filter, string meaning) =>
        Assert.Equal(meaning, FilterTexts.Describe(FilterParser.Parse(filter, SearchVocabularies.Runs, FilterDialect.Mlflow).Value));

    [Theory]
    [InlineData("metric.acc >= 0.94; metrics.rmse < 1", "Search filter contained multiple expression")]
    [InlineData("m.acc >= 0.94", "Invalid entity type 'm'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']")]
    [InlineData("acc >= 0.94", "Invalid attribute key 'acc' specified. Valid keys are '{'artifact_uri', ")]
    [InlineData("metrics.A > 0.1 OR params.B = 'LR'", "Invalid clause(s) in filter string: 'OR'")]
    [InlineData("metrics.A > 0.1 NAND params.B = 'LR'", "Invalid clause(s) in filter string: 'NAND'")]
    [InlineData("metrics.A > 0.1 AND (params.B = 'LR')", "Invalid clause(s) in filter string: '(params.B = 'LR')'")]
    [InlineData("`metrics.A > 0.1", "Invalid clause(s) in filter string")]
    [InlineData("param`.A > 0.1", "Invalid clause(s) in filter string")]
    [InlineData("`dummy.A > 0.1", "Invalid clause(s) in filter string")]
    [InlineData("attribute.experiment_id != 1", "Invalid attribute key")]
    [InlineData("attribute._status != 'RUNNING'", "Invalid attribute key")]
    [InlineData("attribute.status = true", "Invalid clause(s) in filter string: 'attribute.status', '=', 'true'")]
    [InlineData("dataset.status = 'true'", "Invalid dataset key")]
    [InlineData("metric.model = 'LR'", "Expected numeric value type for metric. Found 'LR'")]
    [InlineData("metric.model = '5'", "Expected numeric value type for metric. Found '5'")]
    [InlineData("attributes.start_time > '5'", "Expected numeric value type for numeric attribute: start_time. Found '5'")]
    [InlineData("params.acc = 5", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 5")]
    [InlineData("tags.acc = 5", "Expected a quoted string value for tag")]
    [InlineData("metrics.acc != metrics.acc", "Expected numeric value type for metric")]
    [InlineData("1.0 > metrics.acc", "Invalid comparison clause. Expected 'Identifier' found '1.0'")]
    [InlineData("1==2", "Expected 'Identifier' found '1'")]
    [InlineData("attribute.status = 1", "Expected a quoted string value for attributes. Got value 1")]
    [InlineData("params.acc = LR", "Parameter value is either not quoted or unidentified quote types used for string value LR. Use either single or double quotes.")]
    [InlineData("params.acc = `LR`", "Parameter value is either not quoted or unidentified quote types")]
    [InlineData("params.'acc = LR", "Invalid clause(s) in filter string")]
    [InlineData("params.acc = 'LR", "Invalid clause(s) in filter string")]
    [InlineData("params.acc = LR'", "Invalid clause(s) in filter string")]
    [InlineData("params.acc = \"LR'", "Invalid clause(s) in filter string")]
    [InlineData("tags.acc = = 'LR'", "Invalid clause(s) in filter string")]
    [InlineData("attribute.status IS 'RUNNING'", "Invalid clause(s) in filter string")]
    [InlineData("params.acc LR !=", "Invalid clause(s) in filter string")]
    [InlineData("foo is null", "Invalid clause(s) in filter string")]
    [InlineData("metrics.abc ~ 1.0", "Invalid comparator '~' not one of")]
    [InlineData("params.abc >= 'x'", "Invalid comparator '>=' not one of '{'=', '!=', 'LIKE', 'ILIKE'}'")]
    [InlineData("tags.abc NOT LIKE 'x'", "Invalid comparator 'NOT LIKE'")]
    [InlineData("attributes.start_time LIKE 1234", "Invalid comparator 'LIKE'")]
    [InlineData("attribute.status IN ('RUNNING')", "Only the 'run_id' attribute supports comparison with a list of quoted string values.")]
    [InlineData("attribute.run_id IN (1, 2)", "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list")]
    [InlineData("attribute.run_id IN ()", "expected a non-empty list of string values, but got empty list")]
    [InlineData("attribute.run_id IN ('a' 'b')", "but got ill-formed list")]
    public void A_filter_MLflow_refuses_is_refused_in_its_words(string filter, string message)
    {
        var error = FilterParser.Parse(filter, SearchVocabularies.Runs, FilterDialect.Mlflow).Error;
        Assert.NotNull(error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
    }

    [Fact]
    public void An_error_says_where()
    {
        var error = FilterParser.Parse("metrics.a > 1 OR metrics.b > 2", SearchVocabularies.Runs, FilterDialect.Mlflow).Error;
        Assert.Equal(
            "Invalid clause(s) in filter string: 'OR'. Write KEY OPERATOR VALUE, quote texts, and join clauses with AND (at character 15 "
            + "of the filter)",
            error!.Message);
    }

    [Theory]
    [InlineData("name LIKE 'a%' and tags.t = 'x'", "attribute.name Like a% & tag.t Equal x")]
    [InlineData("attribute.creation_time >= 5", "attribute.creation_time GreaterOrEqual 5")]
    public void Experiments_have_their_own_vocabulary(string filter, string meaning) =>
        Assert.Equal(meaning, FilterTexts.Describe(FilterParser.Parse(filter, SearchVocabularies.Experiments, FilterDialect.Mlflow).Value));

    [Theory]
    [InlineData("foo.bar = 'x'", "Invalid entity type 'foo'. Valid entity types are ('attribute', 'tag', 'tags')")]
    [InlineData("tags.t > 'x'", "Invalid comparator for tag: >")]
    [InlineData("name IN ('x')", "Only the 'run_id' attribute supports")]
    public void Experiments_have_their_own_messages(string filter, string message) =>
        Assert.StartsWith(message, FilterParser.Parse(filter, SearchVocabularies.Experiments, FilterDialect.Mlflow).Error!.Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("metrics.`Mean Square Error`", "metric.Mean Square Error ASC")]
    [InlineData("metrics.`Mean Square Error` DESC", "metric.Mean Square Error DESC")]
    [InlineData("attributes.start_time desc", "attribute.start_time DESC")]
    [InlineData("params.\"a b\" Asc", "parameter.a b ASC")]
    [InlineData("start_time", "attribute.start_time ASC")]
    public void An_order_is_read(string order, string meaning)
    {
        var term = Assert.Single(FilterOrder.Parse([order], SearchVocabularies.Runs, FilterDialect.Mlflow).Value);
        Assert.Equal(meaning, $"{term.Field} {(term.Ascending ? "ASC" : "DESC")}");
    }

    [Theory]
    [InlineData("m.acc", "Invalid entity type")]
    [InlineData("acc", "Invalid attribute key")]
    [InlineData("`metrics.A", "Invalid order_by clause")]
    [InlineData("`metrics.A`", "Invalid entity type '`metrics'")]
    [InlineData("attribute.experiment_id", "Invalid attribute key")]
    [InlineData("metrics.A != 1", "Invalid order_by clause")]
    [InlineData("params.my_param ", "Invalid order_by clause")]
    [InlineData("", "Invalid order_by clause")]
    [InlineData("attribute.run_id ACS", "Invalid ordering key in order_by clause 'attribute.run_id ACS'.")]
    [InlineData("dataset.name ASC", "Invalid order_by entity: dataset")]
    public void A_wrong_order_is_refused_in_MLflows_words(string order, string message) =>
        Assert.StartsWith(
            message, FilterOrder.Parse([order], SearchVocabularies.Runs, FilterDialect.Mlflow).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void An_order_names_a_field_once() => Assert.StartsWith(
        "`order_by` contains duplicate fields: ['start_time', 'Created DESC']",
        FilterOrder.Parse(["start_time", "Created DESC"], SearchVocabularies.Runs, FilterDialect.Mlflow).Error!.Message,
        StringComparison.Ordinal);
}
