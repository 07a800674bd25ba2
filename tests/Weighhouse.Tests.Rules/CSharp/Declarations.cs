using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Rules.CSharp;

/// <param name="Header">The declaration up to its body, on one line.</param>
/// <param name="IsNested">Whether a type encloses it.</param>
internal sealed record TypeDeclaration(string Name, string Header, int Line, bool IsNested)
{
    public bool IsPublic => Regex.IsMatch(Header, @"\bpublic\b");
}

/// <param name="Lines">From the line of its name to the line that closes it.</param>
internal sealed record MemberDeclaration(string Header, int Line, int Lines);

/// <summary>
/// The types and members a C# file declares, found by following its braces. Enough for measuring; it relies on files that
/// compile.
/// </summary>
internal sealed partial class Declarations
{
    private enum Block { File, Type, Member, Inner }

    private readonly string _code;
    private readonly Stack<Block> _blocks = new([Block.File]);
    private readonly List<TypeDeclaration> _types = [];
    private readonly List<MemberDeclaration> _members = [];
    private int _headerStart;
    private int _parentheses;

    private Declarations(string source) => _code = SourceText.CodeOnly(source);

    public IReadOnlyList<TypeDeclaration> Types => _types;

    public IReadOnlyList<MemberDeclaration> Members => _members;

    public static Declarations Of(string source)
    {
        var declarations = new Declarations(source);
        declarations.Scan();
        return declarations;
    }

    private bool IsAtDeclarations => _blocks.Peek() is Block.File or Block.Type;

    private void Scan()
    {
        for (var at = 0; at < _code.Length; at++)
        {
            var character = _code[at];
            if (IsAtDeclarations && character is '(' or '[') _parentheses++;
            else if (IsAtDeclarations && character is ')' or ']') _parentheses--;
            else if (character == '{') Open(at);
            else if (character == '}') Close(at);
            else if (character == ';' && IsAtDeclarations && _parentheses == 0) EndStatement(at);
        }
    }

    private void Open(int at)
    {
        if (!IsAtDeclarations || _parentheses > 0)
        {
            _blocks.Push(Block.Inner);
            return;
        }

        var header = Header(at);
        if (NamespaceHeader().IsMatch(header))
        {
            _blocks.Push(Block.File);
            _headerStart = at + 1;
        }
        else if (TypeHeader().Match(header) is { Success: true } type)
        {
            AddType(type, header);
            _blocks.Push(Block.Type);
            _headerStart = at + 1;
        }
        else
        {
            // After = or => the braces belong to an expression that a semicolon ends.
            _blocks.Push(BodyMark(header).Length > 0 ? Block.Inner : Block.Member);
        }
    }

    private void Close(int at)
    {
        if (_blocks.Count == 1) return;
        var closed = _blocks.Pop();
        if (closed is Block.Member) AddMember(at);
        if (closed is not Block.Inner) _headerStart = at + 1;
    }

    private void EndStatement(int at)
    {
        var header = Header(at);
        if (TypeHeader().Match(header) is { Success: true } type && !header.Contains("=>", StringComparison.Ordinal)) AddType(type, header);
        else if (BodyMark(header) == "=>") AddMember(at);
        _headerStart = at + 1;
    }

    private void AddType(Match type, string header) =>
        _types.Add(new TypeDeclaration(type.Groups["name"].Value, header, LineOfHeader(), _blocks.Contains(Block.Type)));

    private void AddMember(int end)
    {
        var first = LineOfHeader();
        _members.Add(new MemberDeclaration(Header(end), first, SourceText.LineOf(_code, end) - first + 1));
    }

    /// <summary>"=>" before an expression body, "=" before an initial value, empty when the header has neither.</summary>
    private static string BodyMark(string header)
    {
        var depth = 0;
        for (var at = 1; at < header.Length; at++)
        {
            if (header[at] is '(' or '[') depth++;
            else if (header[at] is ')' or ']') depth--;
            if (header[at] != '=' || depth > 0) continue;
            var next = at + 1 < header.Length ? header[at + 1] : ' ';
            if (next == '>') return "=>";
            if (next != '=' && header[at - 1] is not ('=' or '!' or '<' or '>')) return "=";
        }

        return "";
    }

    private int LineOfHeader() => SourceText.LineOf(_code, StartOfHeader());

    /// <summary>Where the declaration begins, after its attributes.</summary>
    private int StartOfHeader()
    {
        var at = SkipBlank(_headerStart);
        while (at < _code.Length && _code[at] == '[')
        {
            var depth = 0;
            do
            {
                if (_code[at] == '[') depth++;
                if (_code[at] == ']') depth--;
                at++;
            } while (depth > 0 && at < _code.Length);
            at = SkipBlank(at);
        }

        return at;
    }

    private int SkipBlank(int at)
    {
        while (at < _code.Length && char.IsWhiteSpace(_code[at])) at++;
        return at;
    }

    private string Header(int end)
    {
        var start = Math.Min(StartOfHeader(), end);
        return Blanks().Replace(_code[start..end], " ").Trim();
    }

    [GeneratedRegex(@"^(\w+ )*namespace [\w.]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamespaceHeader();

    [GeneratedRegex(@"^(?<modifiers>(public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new) )*"
        + @"((record struct|record class|record|class|struct|interface|enum) |delegate [\w<>,.?\[\] ]+ )(?<name>\w+)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
