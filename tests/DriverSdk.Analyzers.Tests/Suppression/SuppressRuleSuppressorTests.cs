using DriverSdk.Analyzers.Rules.Lifetime;
using DriverSdk.Analyzers.Suppression;
using DriverSdk.Analyzers.Tests.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace DriverSdk.Analyzers.Tests.Suppression;

[TestClass]
public sealed class SuppressRuleSuppressorTests
{
    private const string Leak = "void Send(KernelBuffer b) { var h = {|#0:MapSingle(_device, b.Address, 64, Dir)|}; Post(h.Iova); }";

    [TestMethod]
    public Task OnTheMember_Suppresses() =>
        Verify("[SuppressRule(\"DRV1001\", Justification = \"shows the bug\")] " + Leak, suppressed: true);

    [TestMethod]
    public Task OnTheType_Suppresses() =>
        Verify("[SuppressRule(\"DRV1001\", Justification = \"shows the bug\")] abstract class Inner : Nic { " + Leak + " }", suppressed: true);

    [TestMethod]
    public Task OnTheProperty_Suppresses() => Verify(
        "[SuppressRule(\"DRV1001\", Justification = \"shows the bug\")] Iova Address { get { var h = {|#0:MapSingle(_device, _buffer.Address, 64, Dir)|}; return h.Iova; } }",
        suppressed: true);

    [TestMethod]
    public Task InALambda_TheMembersAttributeCounts() => Verify(
        "[SuppressRule(\"drv1001\", Justification = \"shows the bug\")] Action Make(KernelBuffer b) => () => { var h = {|#0:MapSingle(_device, b.Address, 64, Dir)|}; Post(h.Iova); };",
        suppressed: true);

    [TestMethod]
    public Task OtherRule_DoesNotSuppress() =>
        Verify("[SuppressRule(\"DRV1002\", Justification = \"another matter\")] " + Leak, suppressed: false);

    [TestMethod]
    public Task OtherMember_DoesNotSuppress() =>
        Verify("[SuppressRule(\"DRV1001\", Justification = \"another matter\")] void Other() { } " + Leak, suppressed: false);

    private static Task Verify(string members, bool suppressed)
    {
        var test = new WithSuppressor { TestCode = Nic.Source(members), TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck };
        Nic.Surround(test.TestState);
        test.ExpectedDiagnostics.Add(new DiagnosticResult("DRV1001", DiagnosticSeverity.Warning)
            .WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithIsSuppressed(suppressed));
        return test.RunAsync();
    }

    private sealed class WithSuppressor : CSharpAnalyzerTest<DmaMappingMustBeUnmappedAnalyzer, DefaultVerifier>
    {
        protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => [.. base.GetDiagnosticAnalyzers(), new SuppressRuleSuppressor()];
    }
}
