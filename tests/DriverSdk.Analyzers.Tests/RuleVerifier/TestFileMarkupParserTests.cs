using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace DriverSdk.Analyzers.Tests.RuleVerifier;

[TestClass]
public sealed class TestFileMarkupParserTests
{
    [TestMethod]
    public void UnnamedSpans_AreTakenOut()
    {
        TestFileMarkupParser.GetSpans("a [|bc|] d [|e|]", out var code, out var spans);

        Assert.AreEqual("a bc d e", code);
        CollectionAssert.AreEqual(new[] { new TextSpan(2, 2), new TextSpan(7, 1) }, spans);
    }

    [TestMethod]
    public void NamedSpansAndPositions_AreTakenOut_AlsoNested()
    {
        TestFileMarkupParser.GetPositionsAndSpans("x$$ {|#0:a {|DRV1001:b|} c|}", out var code, out var positions, out var spans);

        Assert.AreEqual("x a b c", code);
        CollectionAssert.AreEqual(new[] { 1 }, positions);
        Assert.AreEqual(new TextSpan(2, 5), spans["#0"].Single());
        Assert.AreEqual(new TextSpan(4, 1), spans["DRV1001"].Single());
    }

    [TestMethod]
    public void CodeThatLooksLikeAnEnd_IsLeftAlone()
    {
        TestFileMarkupParser.GetSpans("if (a[i|j] | b) { x |= y; }", out var code, out var spans);

        Assert.AreEqual("if (a[i|j] | b) { x |= y; }", code);
        Assert.AreEqual(0, spans.Length);
    }

    [TestMethod]
    public void UnclosedSpan_Throws() =>
        Assert.ThrowsExactly<ArgumentException>(() => TestFileMarkupParser.GetSpans("a [|b", out _, out _));
}
