using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Tests.Architecture;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class CoverageTests
{
    [TestMethod]
    public void EveryFaultReason_HasOneRow() =>
        CollectionAssert.AreEqual(FaultSpec.All.Select(spec => spec.Reason).ToList(), FaultCoverage.All.Select(row => row.Reason).ToList(),
            $"give each row of {nameof(FaultSpec)} its row in {nameof(FaultCoverage)}, in the same order");

    [TestMethod]
    public void EveryDescriptorType_HasARow() =>
        CollectionAssert.AreEqual(Enum.GetValues<InvalidationType>(), InvalidationCoverage.Descriptors.Select(row => row.Type).Distinct().ToList());

    [TestMethod]
    public void EveryGranularity_HasARow()
    {
        AssertRows<ContextGranularity>(InvalidationType.ContextCache);
        AssertRows<IotlbGranularity>(InvalidationType.Iotlb);
        AssertRows<InterruptEntryGranularity>(InvalidationType.InterruptEntryCache);
    }

    [TestMethod]
    public void EveryQueueError_HasOneRow() =>
        CollectionAssert.AreEqual(Enum.GetValues<QueueError>().Where(error => error != QueueError.None).ToList(),
            InvalidationCoverage.Errors.Select(row => row.Error).ToList());

    [TestMethod]
    public void EveryRow_NamesATestThatExists_OrAReason() =>
        Findings.ShouldBeEmpty(
            from row in FaultCoverage.All.Select(row => (Subject: row.Reason.ToString(), row.Evidence))
                .Concat(InvalidationCoverage.Descriptors.Select(row => (Subject: $"{row.Type} {row.Granularity}", row.Evidence)))
                .Concat(InvalidationCoverage.Errors.Select(row => (Subject: row.Error.ToString(), row.Evidence)))
                .Concat(InvalidationCoverage.StatusBits.Select(row => (Subject: row.Bit, row.Evidence)))
            from flaw in row.Evidence.Flaws()
            select $"{row.Subject}: {flaw}",
            "name a public test method, or give the reason as a sentence");

    private static void AssertRows<TGranularity>(InvalidationType type)
        where TGranularity : struct, Enum =>
        CollectionAssert.AreEqual(
            Enum.GetValues<TGranularity>().Select(value => Convert.ToInt32(value, null)).ToList(),
            InvalidationCoverage.Descriptors.Where(row => row.Type == type).Select(row => row.Granularity ?? -1).ToList(), type.ToString());
}
