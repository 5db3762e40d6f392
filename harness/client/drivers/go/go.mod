module diconform/driver

go 1.19

require (
	github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common v1.3.211
	github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/cvm v1.3.183
)

// cvm asks for the common module of its own version, which not every mirror has. The one required above is
// chosen in any case; this only spares the look at the older one.
replace github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common v1.3.183 => github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common v1.3.211
