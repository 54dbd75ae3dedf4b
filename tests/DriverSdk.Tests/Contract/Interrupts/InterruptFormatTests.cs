using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Tests.Contract.Interrupts;

[TestClass]
public sealed class InterruptFormatTests
{
    [TestMethod]
    public void Message_ToOneCpu_HasTheAddressAndDataOfThePc()
    {
        var message = InterruptMessage.To(apicId: 3, vector: 0x41);

        Assert.AreEqual(new PhysAddr(0xfee0_3000), message.Address);
        Assert.AreEqual(0x41u, message.Data);
    }

    [TestMethod]
    public void Message_IsDecodedBitByBit()
    {
        var message = new InterruptMessage(new PhysAddr(0xfeea_b01c), 0x8751);

        Assert.AreEqual(0xab, message.Destination);
        Assert.IsTrue(message.IsRemappable);
        Assert.IsTrue(message.RedirectionHint);
        Assert.AreEqual(InterruptDestinationMode.Logical, message.DestinationMode);
        Assert.AreEqual(0x51, message.Vector);
        Assert.AreEqual(InterruptDeliveryMode.External, message.DeliveryMode);
        Assert.AreEqual(InterruptTrigger.Level, message.Trigger);
    }

    [TestMethod]
    public void Message_ComposedOfParts_DecodesToThem()
    {
        foreach (var destinationMode in Enum.GetValues<InterruptDestinationMode>())
        {
            foreach (var deliveryMode in Enum.GetValues<InterruptDeliveryMode>())
            {
                var message = InterruptMessage.Compose(0x5a, destinationMode, 0x77, deliveryMode, InterruptTrigger.Level);

                Assert.IsTrue(InterruptMessage.Window.Contains(message.Address));
                Assert.AreEqual((0x5a, 0x77), (message.Destination, message.Vector));
                Assert.AreEqual((destinationMode, deliveryMode, InterruptTrigger.Level), (message.DestinationMode, message.DeliveryMode, message.Trigger));
                Assert.IsFalse(message.IsRemappable);
            }
        }
    }

    [TestMethod]
    public void RedirectionEntry_SendsItsMessage()
    {
        var entry = new RedirectionEntry(0x0500_0000_0000_a931);

        Assert.AreEqual(new PhysAddr(0xfee0_5004), entry.Message.Address);
        Assert.AreEqual(0x8131u, entry.Message.Data);
        Assert.AreEqual(0x0200_0000_0000_8044UL, RedirectionEntry.To(2, 0x44, InterruptTrigger.Level).Value);
        Assert.IsTrue(RedirectionEntry.AfterReset.IsMasked);
        Assert.IsTrue(new RedirectionEntry(0x4000).IsRemoteIrrSet);
    }
}
